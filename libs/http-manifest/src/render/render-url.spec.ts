import { failure, rendered } from '../../test/rendered.ts';

describe('URLs', () => {
  const url = 'https://api.example.com/a/{id}/fax';
  const path_params = [{ name: 'id', source: 'settings.id' }];
  const at = (id: unknown): string => rendered({ url, path_params }, { settings: { id } }).url;

  it('keep a path parameter one segment (case 18)', () => {
    expect(at('../../admin?x=1#')).toBe(
      'https://api.example.com/a/%2E%2E%2F%2E%2E%2Fadmin%3Fx%3D1%23/fax',
    );
    expect(at('mg.example.com')).toBe('https://api.example.com/a/mg.example.com/fax');
    expect(at(42)).toBe('https://api.example.com/a/42/fax');
  });

  it.each(['..', '.', '', undefined, null, { a: 1 }])('refuse %j as a segment', (id) => {
    expect(failure(() => at(id))).toMatchObject({ code: 'http.invalid_path_parameter' });
  });

  it('escape placeholders as well', () => {
    expect(rendered({ url: 'https://api.example.com/{{ to }}' }, { to: '../x' }).url).toBe(
      'https://api.example.com/%2E%2E%2Fx',
    );
  });

  it('take nothing in the query for a value, and not in the path', () => {
    const query = 'https://api.example.com/x?a={{ from | default("}}") }}&b={{ to | default("") }}';
    expect(rendered({ url: query }, {}).url).toBe('https://api.example.com/x?a=%7D%7D&b=');
    const path = 'https://api.example.com/{{ to | default("") }}/x';
    expect(failure(() => rendered({ url: path }, {}))).toMatchObject({
      code: 'http.invalid_path_parameter',
    });
    const legacy = { legacy: true } as const;
    expect(rendered({ url: 'https://api.example.com/x?a={{to}}' }, {}, legacy).url).toBe(
      'https://api.example.com/x?a=',
    );
  });

  it('leave the place of a credential to the runner', () => {
    const telegram = rendered({ url: 'https://api.example.com/bot{token}/sendMessage' });
    expect(telegram.url).toBe('https://api.example.com/bot%7btoken%7d/sendMessage');
  });

  it.each(['{token}', '%7btoken%7d', '%7Btoken%7D', '\u{ff5b}token\u{ff5d}'])(
    'give the credential no place where a value spells one: %s',
    (chat) => {
      const path = '/bot{token}/chats/{chat}/{{ to }}';
      const { url: whole } = rendered(
        {
          url: `https://api.example.com${path}`,
          path_params: [{ name: 'chat', source: 'settings.chat' }],
          query: [{ name: 'q', value: '{{ to }}' }],
        },
        { settings: { chat }, to: chat },
      );
      expect(whole.split('%7btoken%7d')).toHaveLength(2);
      expect(whole).toMatch(/\/bot%7btoken%7d\/chats\/[^/{]+\/[^/{]+$/u);
    },
  );

  const servers = [
    {
      url: 'https://{space}.example.com/api/',
      variables: { space: { default: 'eu', pattern: '^[a-z0-9-]{1,63}$' } },
    },
  ];

  it('are paths of the server, whose variables are settings (case 37)', () => {
    expect(rendered({ url: '/v1/x' }, { settings: {} }, { servers }).url).toBe(
      'https://eu.example.com/api/v1/x',
    );
    expect(rendered({ url: '/v1/x' }, { settings: { space: 'acme' } }, { servers }).url).toBe(
      'https://acme.example.com/api/v1/x',
    );
  });

  it.each(['evil.com/', 'a@b', 'a#', 'evil.com:1', 'A', '', 5])(
    'refuse the variable %j (case 37)',
    (space) => {
      const own = [
        {
          url: 'https://{space}.example.com',
          variables: { space: { pattern: '[a-z0-9-]{1,63}' } },
        },
      ];
      const error = failure(() =>
        rendered({ url: '/v1/x' }, { settings: { space } }, { servers: own }),
      );
      expect(error).toMatchObject({ code: 'http.invalid_server' });
    },
  );
});
