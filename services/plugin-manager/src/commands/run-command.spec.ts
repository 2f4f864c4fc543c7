import { runCommand } from './run-command.ts';

describe('runCommand', () => {
  async function run(...args: readonly string[]): Promise<{ status: number; text: string }> {
    let text = '';
    const status = await runCommand(args, {}, (part) => (text += part));
    return { status, text };
  }

  it.each([['help'], ['--help']])('tells what there is: %s', async (name) => {
    const { status, text } = await run(name);
    expect(status).toBe(0);
    expect(text).toContain('announce');
  });

  it.each([[['anounce']], [['announce', 'com.example.a']]])('takes no %j', async (args) => {
    expect(await run(...args)).toMatchObject({ status: 64 });
  });

  it('names what is missing of its environment', async () => {
    await expect(run('announce')).rejects.toThrow(/DATABASE_URL/u);
  });
});
