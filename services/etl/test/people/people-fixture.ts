import { create } from '@bufbuild/protobuf';
import {
  GetLinkedPersonRequestSchema,
  LinkPersonsRequestSchema,
  UnlinkPersonsRequestSchema,
} from '@made-open/contracts';
import { DecidePeople } from '../../src/people/decide-people.ts';
import { LinkPeople } from '../../src/people/link-people.ts';
import { PeopleConsumer } from '../../src/people/people.consumer.ts';
import { end, EtlFixture, persons, type TestConnection } from '../etl-fixture.ts';

export interface TestPerson {
  readonly id: string;
  readonly emails?: string[];
  readonly verified?: string[];
  readonly phones?: string[];
}

export const frame = (...list: TestPerson[]) =>
  persons(
    list.map(({ id, emails, verified, phones }) => ({
      id,
      data: JSON.stringify({ display_name: id, emails, verified_emails: verified, phones }),
    })),
  );

/** etl's database with what links people on it. */
export class PeopleFixture {
  readonly etl: EtlFixture;
  readonly linker: LinkPeople;
  readonly consumer: PeopleConsumer;
  #spaces = 0;

  private constructor(etl: EtlFixture) {
    const { database, pool } = etl;
    this.etl = etl;
    this.linker = new LinkPeople({ database, pool, onError: () => undefined });
    this.consumer = new PeopleConsumer(new DecidePeople(database), pool);
  }

  static async start(): Promise<PeopleFixture> {
    return new PeopleFixture(await EtlFixture.start());
  }

  space(): PeopleSpace {
    return new PeopleSpace(this, `people-${String(++this.#spaces)}`);
  }
}

/** A space of its own. */
export class PeopleSpace {
  readonly id: string;
  readonly #people: PeopleFixture;
  #epoch = 0;

  constructor(people: PeopleFixture, id: string) {
    this.#people = people;
    this.id = id;
  }

  connection(): Promise<TestConnection> {
    return this.#people.etl.connection({ spaceId: this.id });
  }

  async bring(connection: TestConnection, ...list: TestPerson[]): Promise<void> {
    await connection.run(++this.#epoch, [frame(...list)], end(false));
    await this.#people.linker.linkAll();
  }

  async entity(name: string): Promise<string> {
    const [row] = await this.#people.etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key
       where c.space_id = $1 and e.external_id = $2`,
      [this.id, name],
    );
    return row?.id ?? '';
  }

  /** The records of the person that a record is of, by their names. */
  async like(name: string): Promise<string[]> {
    const { person } = await this.get(await this.entity(name));
    return this.names(person?.records ?? []);
  }

  get(personId: string) {
    return this.#people.consumer.get(
      create(GetLinkedPersonRequestSchema, { spaceId: this.id, personId }),
    );
  }

  async names(records: readonly { readonly entityId?: string }[]): Promise<string[]> {
    const ids = records.map(({ entityId }) => entityId);
    const rows = await this.#people.etl.rows<{ name: string }>(
      'select external_id as name from person where id = any ($1::uuid[]) order by 1',
      [ids],
    );
    return rows.map(({ name }) => name);
  }

  async ids(names: readonly string[]): Promise<string[]> {
    return Promise.all(names.map((name) => this.entity(name)));
  }

  async link(...names: string[]) {
    const entityIds = await this.ids(names);
    return this.#people.consumer.link(
      create(LinkPersonsRequestSchema, { spaceId: this.id, entityIds }),
    );
  }

  async unlink(...names: string[]) {
    const entityIds = await this.ids(names);
    return this.#people.consumer.unlink(
      create(UnlinkPersonsRequestSchema, { spaceId: this.id, entityIds }),
    );
  }
}
