import { isReadableUrl } from './readable-url.ts';

describe('isReadableUrl', () => {
  it.each(['/v1/search?q=a+b&type=person', '/v1/search?q=%C3%A9%00%25', '/v1/persons/é'])(
    'reads %s',
    (url) => {
      expect(isReadableUrl(url)).toBe(true);
    },
  );

  it.each(['/v1/search?q=%', '/v1/search?q=%zz', '/v1/search?q=%C3%28', '/v1/search?%ff=a'])(
    'does not read %s',
    (url) => {
      expect(isReadableUrl(url)).toBe(false);
    },
  );
});
