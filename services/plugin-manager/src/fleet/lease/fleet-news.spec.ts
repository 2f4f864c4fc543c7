import { listenStatement, readNews } from './fleet-news.ts';

describe('news of the fleet', () => {
  it('are of a plugin', () => {
    const news = { pluginId: 'com.example.a', isChange: true };
    expect(readNews(JSON.stringify(news))).toEqual(news);
    expect(readNews('{"pluginId":"com.example.a"}')).toEqual({ ...news, isChange: false });
  });

  it.each([undefined, '', 'null', '7', '{"pluginId":7}', '{'])('are nothing else: %j', (text) => {
    expect(readNews(text)).toBeUndefined();
  });

  it('are those of one installation in a database of several', () => {
    expect(listenStatement('plugin_manager')).toBe('listen "fleet:plugin_manager"');
  });
});
