import { describeFile } from './index.ts';

const url = 'https://api.example.com/people/1/photo%20of%20Ada.jpg?size=large';

describe('describeFile', () => {
  it('takes what the plugin says', () => {
    const headers = { 'content-type': 'text/html', 'content-disposition': 'filename="b.html"' };
    expect(describeFile({ name: 'ada.png', contentType: 'Image/PNG', url, headers })).toEqual({
      name: 'ada.png',
      mimeType: 'image/png',
    });
  });

  it.each([
    [`attachment; filename="a \\"b\\".pdf"`, 'a "b".pdf'],
    ['attachment; filename=plain.pdf; size=3', 'plain.pdf'],
    [`attachment; filename="x.pdf"; filename*=UTF-8''%E2%82%AC.pdf`, '€.pdf'],
    ['inline', 'photo of Ada.jpg'],
  ])('takes the name of the answer else: %s', (disposition, name) => {
    const headers = { 'content-type': 'image/jpeg; q=1', 'content-disposition': disposition };
    expect(describeFile({ url, headers })).toEqual({ name, mimeType: 'image/jpeg' });
  });

  it('leaves out of a name what is a path or no text', () => {
    expect(describeFile({ name: '../etc/\u0007pass\u202ewd\r\nX: y' }).name).toBe(
      '.._etc_passwdX: y',
    );
    expect(describeFile({ name: 'x'.repeat(300) }).name).toHaveLength(255);
    expect(describeFile({ name: '\ud800' }).name).toBe('\ufffd');
  });

  it('has a name and a type for a file of which nothing is known', () => {
    const nothing = { name: ' ', contentType: 'text/html\r\nX: y', url: 'https://a.example/' };
    expect(describeFile(nothing)).toEqual({ name: 'file', mimeType: 'application/octet-stream' });
  });
});
