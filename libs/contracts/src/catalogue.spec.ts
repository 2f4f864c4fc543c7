import { hasOption, type DescFile } from '@bufbuild/protobuf';
import { readdirSync } from 'node:fs';
import { calls, messages } from './catalogue.ts';
import { call, route } from './gen/madeopen/options/v1/route_pb.ts';

const folder = new URL('./gen/madeopen/', import.meta.url);

/** Every file that was generated, whether the catalogue names it or not. */
async function generatedFiles(): Promise<DescFile[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const modules = await Promise.all(
    paths
      .filter((path) => path.endsWith('_pb.ts'))
      .map(async (path) => Object.values((await import(new URL(path, folder).href)) as object)),
  );
  return modules.flat().filter((value): value is DescFile => isFile(value));
}

function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file';
}

describe('the catalogue', () => {
  // Whoever publishes what it lacks has no right to, and its outbox waits for ever.
  it('has every message with a route and every call of the contracts', async () => {
    const files = await generatedFiles();
    const routed = files.flatMap((file) =>
      file.messages.filter((message) => hasOption(message, route)),
    );
    const called = files
      .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
      .filter((method) => hasOption(method, call));
    expect(messages.map(({ typeName }) => typeName).toSorted()).toEqual(
      routed.map(({ typeName }) => typeName).toSorted(),
    );
    expect(calls.map(({ name }) => name).toSorted()).toEqual(
      called.map(({ name }) => name).toSorted(),
    );
  });
});
