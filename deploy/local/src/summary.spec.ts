import { summary } from './summary.ts';

const platform = {
  managerUrl: 'http://127.0.0.1:4100/admin/v1',
  gatewayUrl: 'http://127.0.0.1:4101/v1',
  dataDir: '/data',
  hasSample: true,
};

describe('summary', () => {
  it('shows the key when it is new, and three commands that work as they are', () => {
    const text = summary({ ...platform, adminKey: 'mop_new' });
    expect(text).toContain('admin key    mop_new');
    expect(text).toContain(
      `curl -H "Authorization: Bearer mop_new" 'http://127.0.0.1:4101/v1/search?q=lovelace'`,
    );
    expect(text.match(/^ +curl -H "Authorization: Bearer mop_new" 'http:.+'$/gmu)).toHaveLength(3);
  });

  it('says how to get another key when it was shown before', () => {
    const text = summary({ ...platform, adminKey: undefined });
    expect(text).toContain('npm start -- --new-admin-key');
    expect(text).toContain('"Authorization: Bearer $KEY"');
  });

  it('promises nothing of a sample that is not there', () => {
    expect(summary({ ...platform, adminKey: 'mop_new', hasSample: false })).not.toContain('curl');
  });
});
