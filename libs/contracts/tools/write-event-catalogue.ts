import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventCatalogue } from '../src/event-catalogue.ts';

interface Location {
  path?: number[];
  leadingComments?: string;
}

interface Image {
  file: {
    package?: string;
    messageType?: { name: string }[];
    sourceCodeInfo?: { location: Location[] };
  }[];
}

const messageTypeField = 4; // FileDescriptorProto.message_type, of descriptor.proto

const proto = fileURLToPath(new URL('../../../proto', import.meta.url));
const image = JSON.parse(
  execFileSync('buf', ['build', '-o', '-#format=json'], {
    cwd: proto,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
) as Image;

const comments = new Map<string, string>();
for (const file of image.file)
  for (const { path, leadingComments } of file.sourceCodeInfo?.location ?? []) {
    const name =
      path?.length === 2 && path[0] === messageTypeField
        ? file.messageType?.[path[1] ?? -1]?.name
        : undefined;
    if (name !== undefined && leadingComments !== undefined)
      comments.set(
        `${file.package ?? ''}.${name}`,
        leadingComments.trim().replaceAll(/\s*\n\s*/gu, ' '),
      );
  }

writeFileSync(new URL('../docs/events.md', import.meta.url), eventCatalogue(comments));
