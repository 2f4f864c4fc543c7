// Entry of the sandbox process: the only code that loads isolated-vm. It has no environment, no network use and no secrets but
// the config of one connection; it speaks with the runner over descriptor 3.
import { Socket } from 'node:net';
import { IsolateHost } from './isolate-host.ts';
import { messageKinds, MessageSocket } from './message-socket.ts';
import type { SandboxStart } from './sandbox-limits.ts';

const socket = new Socket({ fd: 3 });
// The runner is gone: nothing this process could still do is wanted.
socket.once('close', () => process.kill(process.pid, 'SIGKILL'));

let host: IsolateHost | undefined;

const messages = new MessageSocket(
  socket,
  (kind, payload) => {
    switch (kind) {
      case messageKinds.start: {
        const start: SandboxStart = JSON.parse(payload.toString());
        host = new IsolateHost(messages, start);
        void host.load();
        return;
      }
      case messageKinds.pull: {
        const { maxItems, maxBytes }: { maxItems: number; maxBytes: number } = JSON.parse(
          payload.toString(),
        );
        void host?.pull(maxItems, maxBytes);
        return;
      }
      case messageKinds.result:
        host?.settleCall(payload.readUInt32BE(0), payload.toString('utf8', 4));
        return;
      case messageKinds.ping:
        messages.send(messageKinds.pong);
        return;
      default:
        return;
    }
  },
  () => process.kill(process.pid, 'SIGKILL'),
);
