import {
  bootstrapPermissions,
  consumers,
  runnerPermissions,
  serviceNames,
  servicePermissions,
} from './index.ts';

describe('permissions', () => {
  it('lets a runner publish frames of its own plugin only', () => {
    const { publish, subscribe } = runnerPermissions();
    expect(publish).toContain('items.{{name()}}.*');
    expect(publish).toContain('cmd.credential_wallet.DeliverConfig.{{name()}}');
    expect(publish.filter((subject) => !subject.includes('{{name()}}'))).toEqual([]);
    expect(subscribe).toEqual(['_INBOX.plugin-runner.{{name()}}.>']);
  });

  it('lets the pod of a runner ask who it is, and nothing else, until it knows', () => {
    expect(bootstrapPermissions()).toEqual({
      publish: ['cmd.plugin_manager.IdentifyRunner'],
      subscribe: ['_INBOX.runner-bootstrap.>'],
    });
    const others = serviceNames.flatMap((name) => servicePermissions(name).publish);
    expect(others).not.toContain('cmd.plugin_manager.IdentifyRunner');
  });

  it('lets only etl publish changes of entities', () => {
    const publishers = serviceNames.filter((name) =>
      servicePermissions(name).publish.includes('data.PersonCreated'),
    );
    expect(publishers).toEqual(['etl']);
  });

  it('lets only the gateway and rules read the changes of entities by position', () => {
    const right = '$JS.API.DIRECT.GET.DATA';
    const readers = serviceNames.filter((name) => servicePermissions(name).publish.includes(right));
    expect(readers).toEqual(['channel-gateway', 'rules']);
  });

  it('lets only the admin API hand out, link and erase people', () => {
    for (const call of ['ErasePerson', 'ExportData', 'LinkPersons', 'UnlinkPersons']) {
      const callers = serviceNames.filter((name) =>
        servicePermissions(name).publish.includes(`cmd.etl.${call}`),
      );
      expect([call, callers]).toEqual([call, ['plugin-manager']]);
    }
  });

  it('gives no service a right to change streams', () => {
    const rights = serviceNames.flatMap((name) => servicePermissions(name).publish);
    expect(
      rights.filter((subject) => /\$JS\.API\.STREAM\.(CREATE|UPDATE|DELETE)/u.test(subject)),
    ).toEqual([]);
    expect(rights).not.toContain('>');
  });

  it('lets only etl keep, read and remove the content of files', () => {
    const rightsOf = (pattern: RegExp): string[] =>
      serviceNames.flatMap((name) =>
        servicePermissions(name)
          .publish.filter((subject) => pattern.test(subject))
          .map((subject) => `${name} ${subject}`),
      );
    expect(rightsOf(/\$JS\.API\.STREAM\.PURGE|\.FILES|^files\./u)).toEqual([
      'etl files.*.*',
      'etl $JS.API.DIRECT.GET.FILES.files.>',
      'etl $JS.API.STREAM.PURGE.FILES',
    ]);
    expect(runnerPermissions().publish).toContain('upload.etl.PutFileChunk.{{name()}}');
  });
});

describe('consumers', () => {
  it('makes one pinned consumer for each partition of the items', () => {
    expect(consumers().filter((consumer) => consumer.stream === 'ITEMS')).toEqual(
      [0, 1, 2, 3].map((partition) => ({
        stream: 'ITEMS',
        name: `etl-items-${partition}`,
        service: 'etl',
        filterSubjects: [`items.${partition}.*.*`],
        pinned: true,
      })),
    );
  });

  it('takes parts of files from a stream of their own', () => {
    const own = consumers().filter(
      ({ service, stream }) => service === 'etl' && stream !== 'ITEMS',
    );
    expect(own.filter(({ name }) => /requests|uploads/u.test(name))).toEqual([
      {
        stream: 'REQUESTS',
        name: 'etl-requests',
        service: 'etl',
        filterSubjects: ['cmd.etl.>'],
        pinned: false,
      },
      {
        stream: 'UPLOADS',
        name: 'etl-uploads',
        service: 'etl',
        filterSubjects: ['upload.etl.>'],
        pinned: false,
      },
    ]);
  });

  it('has webhooks verified beside the other requests of the wallet', () => {
    const own = consumers().filter(({ service }) => service === 'credential-wallet');
    expect(own.filter(({ name }) => /requests|verifications/u.test(name))).toMatchObject([
      { stream: 'REQUESTS', filterSubjects: ['cmd.credential_wallet.>'] },
      { stream: 'VERIFICATIONS', filterSubjects: ['verify.credential_wallet.>'] },
    ]);
  });

  it('gathers all changes of entities in one consumer of the indexer', () => {
    const changes = consumers().find((consumer) => consumer.name === 'search-indexer-changes');
    expect(changes?.filterSubjects).toHaveLength(15);
  });
});
