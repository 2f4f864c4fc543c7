import { isCommunication } from '../communication/channel-event.ts';
import { TellCommunication } from '../communication/tell-communication.ts';
import { addPluginEvent } from './plugin-events.ts';
import type { EmittedEvent } from './read-frame.ts';
import type { WriteItems, WriteOptions } from './write-items.ts';

export interface EmitOptions extends WriteOptions {
  /** Takes what is refused, and writes the messages that events bring. */
  readonly items: WriteItems;
  readonly hasErased: boolean;
}

/** Publishes what plugins emit: what channels tell of messages and calls under its own name, all else under the plugin's. */
export class EmitEvents {
  readonly #options: EmitOptions;
  readonly #communication: TellCommunication;
  #published = 0;

  constructor(options: EmitOptions) {
    this.#options = options;
    this.#communication = new TellCommunication(options);
  }

  get published(): number {
    return this.#published + this.#communication.published;
  }

  /** Messages that were made of events. */
  get made(): number {
    return this.#communication.made;
  }

  async emit(events: readonly EmittedEvent[]): Promise<void> {
    const { batches, connection, items } = this.#options;
    const told: EmittedEvent[] = [];
    for (const event of events) {
      if (connection.isChannel && isCommunication(event.subject)) told.push(event);
      else
        items.unlessInvalid(
          { type: 'event', externalId: storable(event.subject), line: event.line },
          () => {
            addPluginEvent(batches, connection, event);
            this.#published++;
          },
        );
    }
    if (told.length > 0) await this.#communication.tell(told);
  }
}

function storable(subject: string): string {
  return subject.replaceAll('\u0000', '').slice(0, 512).toWellFormed();
}
