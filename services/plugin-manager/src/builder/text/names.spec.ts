import { classNameOf, moduleNameOf } from './names.ts';

describe('names', () => {
  it.each([
    ['acme-fax', 'AcmeFaxPlugin', 'acme_fax'],
    ['a1', 'A1Plugin', 'a1'],
    ['class', 'ClassPlugin', 'class'],
    ['3com', 'Id3comPlugin', '3com'],
    ['com.example.my-fax', 'ComExampleMyFaxPlugin', 'com_example_my_fax'],
    ['a--b', 'ABPlugin', 'a__b'],
  ])('makes of the id %s the class %s and the module %s', (id, className, moduleName) => {
    expect(classNameOf(id)).toBe(className);
    expect(moduleNameOf(id)).toBe(moduleName);
  });
});
