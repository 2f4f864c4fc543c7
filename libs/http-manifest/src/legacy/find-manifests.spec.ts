import { findManifests } from './find-manifests.ts';

const manifest = (id: string): string =>
  JSON.stringify({ id, actions: { send_fax: { url: `https://${id}.example/{{ to }}` } } }, null, 2);

describe('findManifests', () => {
  it('finds manifests between any text, with fences and without', () => {
    const text = `# Providers {draft}\n\n${manifest('one')}\n\nSome "text {.\n\n\`\`\`json\n${manifest('two')}\n\`\`\`\n{"id":"none"}`;
    const found = findManifests(text);
    expect(found.map(({ value }) => value['id'])).toEqual(['one', 'two']);
    expect(found.map((each) => each.text)).toEqual([manifest('one'), manifest('two')]);
  });

  it('finds those of a list and of an object that holds one', () => {
    const list = `[${manifest('one')},${manifest('two')}]`;
    expect(findManifests(list)).toHaveLength(2);
    expect(findManifests(`{"items":${list}}`)).toHaveLength(2);
  });

  it('finds none in a text of nothing but brackets', () => {
    expect(findManifests('{'.repeat(1024 * 1024))).toEqual([]);
  });

  it('finds all of many large ones: only what is looked at in vain counts', () => {
    const large = JSON.stringify({ id: 'a', actions: {}, notes: 'x'.repeat(200 * 1024) });
    expect(findManifests(`${large}\n`.repeat(100))).toHaveLength(100);
  });
});
