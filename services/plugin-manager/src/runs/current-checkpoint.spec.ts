import { create } from '@bufbuild/protobuf';
import { CheckpointSchema } from '@made-open/contracts';
import { withCurrent } from './current-checkpoint.ts';

/** Versions of what is remembered, the newest first, and what etl says of the newest. */
const remembered = (...versions: number[]) =>
  versions.map((version, index) =>
    create(CheckpointSchema, { epoch: 9 - index, version, isCurrent: index === 0 }),
  );

describe('withCurrent', () => {
  it.each([
    ['the newest that the version reads', [2, 2, 1], { oldest: 1, newest: 2 }, 9],
    ['an older one after a rollback', [2, 2, 1, 1], { oldest: 1, newest: 1 }, 7],
    ['that of an etl that knows no versions', [0, 0], { oldest: 1, newest: 1 }, 9],
    ['none when it reads none of them', [1, 1], { oldest: 2, newest: 3 }, undefined],
  ])('is %s', (_, versions, range, epoch) => {
    const current = withCurrent(remembered(...versions), range).filter(
      ({ isCurrent }) => isCurrent,
    );
    expect(current.map((each) => each.epoch)).toEqual(epoch === undefined ? [] : [epoch]);
  });
});
