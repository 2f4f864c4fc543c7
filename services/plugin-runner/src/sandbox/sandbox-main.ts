// Entry of the sandbox process: the only code that loads isolated-vm. It has no environment, no network and no secrets but
// the config of one connection; it speaks with the runner over descriptor 3, and has its last words on descriptor 4.
import { Socket } from 'node:net';
import { endWith } from './last-words.ts';
import { maxRunnerMessageBytes, messageKinds } from './messages.ts';
import { MessageSocket } from './message-socket.ts';
import { Sandbox } from './sandbox.ts';
import type { SandboxCode } from './sandbox-limits.ts';

const callHeadBytes = 8;
const end = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

process.title = 'made-open sandbox-spare';
process.on('uncaughtException', (error) =>
  endWith({ code: 'sandbox.crashed', message: `the sandbox process failed: ${error.message}` }),
);

const socket = new Socket({ fd: 3 });
// The runner is gone: nothing this process could still do is wanted.
socket.once('close', end);

let sandbox: Sandbox | undefined;
/** Named by the runner for a plugin in Python. */
const pythonFolder = process.argv[2];

const messages = new MessageSocket(socket, {
  maxBytes: () => maxRunnerMessageBytes,
  onBroken: end,
  onMessage: (kind, payload) => {
    switch (kind) {
      case messageKinds.prepare: {
        const code: SandboxCode = JSON.parse(payload.toString());
        sandbox = new Sandbox(messages, code, pythonFolder);
        return;
      }
      case messageKinds.start: {
        process.title = 'made-open sandbox-main';
        const line = payload.indexOf('\n');
        sandbox?.start(payload.toString('utf8', 0, line), payload.toString('utf8', line + 1));
        return;
      }
      case messageKinds.pull: {
        const { maxItems, maxSize }: { maxItems: number; maxSize: number } = JSON.parse(
          payload.toString(),
        );
        sandbox?.pull(maxItems, maxSize);
        return;
      }
      case messageKinds.result: {
        const bodyAt = callHeadBytes + payload.readUInt32BE(4);
        sandbox?.settle(payload.readUInt32BE(0), {
          v: payload.toString('utf8', callHeadBytes, bodyAt),
          b: payload.toString('utf8', bodyAt),
        });
        return;
      }
      default:
        control(kind);
    }
  },
});

function control(kind: number): void {
  if (kind === messageKinds.abort) sandbox?.abort();
  else if (kind === messageKinds.renew) void renew();
  else messages.send(messageKinds.pong);
}

/** The runner sends nothing before it has heard that it is done. */
async function renew(): Promise<void> {
  process.title = 'made-open sandbox-kept';
  await sandbox?.dispose();
  messages.send(messageKinds.renewed);
  sandbox = sandbox?.next();
}
