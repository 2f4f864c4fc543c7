import { readRecords, type ItemFrame, type RunEnd } from '@made-open/contracts';

/** What etl has committed of one connection. */
export class Committed {
  readonly frames: ItemFrame[] = [];
  stateJson = '';
  runId = '';
  epoch = 0;
  /** Of the checkpoint. */
  version = 1;

  /** Ends in the order they came, one for each command. */
  get ends(): RunEnd[] {
    return this.frames.flatMap(({ content }) => (content.case === 'end' ? [content.value] : []));
  }

  get ids(): string[] {
    return this.frames.flatMap(({ content }) =>
      content.case === 'records'
        ? readRecords(content.value).sections.flatMap((section) =>
            'ids' in section ? section.ids : [],
          )
        : [],
    );
  }

  /** `id TAB data TAB raw` of items. */
  get items(): string[] {
    return this.frames.flatMap(({ content }) => {
      if (content.case !== 'records') return [];
      const { sections, lines } = readRecords(content.value);
      const ids = sections.flatMap((section) => (section.kind === 'item' ? section.ids : []));
      return ids.map((id, index) => `${id}\t${Buffer.from(lines[index] ?? []).toString()}`);
    });
  }

  /** Subjects of events. */
  get subjects(): string[] {
    return this.frames.flatMap(({ content }) =>
      content.case === 'records'
        ? readRecords(content.value).sections.flatMap((section) =>
            section.kind === 'event' ? section.subjects : [],
          )
        : [],
    );
  }

  get places(): string[] {
    return this.frames.map(({ epoch, attempt, frame }) => [epoch, attempt, frame].join('/'));
  }
}
