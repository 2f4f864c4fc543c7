import { createHash } from 'node:crypto';
import type { GraphEntity } from '../changes/change-feed.ts';

/** Where the times of a sample mailbox lie: mail in the year before, events in the year before and in this one. */
export interface SampleYear {
  /** Midnight of the first of January, in UTC. */
  readonly start: Date;
}

/** Whom the sample mailbox belongs to. */
export const owner = {
  id: '87d349ed-44d7-43e1-9a83-5f2406dee5bd',
  displayName: 'Adele Vance',
  givenName: 'Adele',
  surname: 'Vance',
  mail: 'adele.vance@contoso.example',
  userPrincipalName: 'adele.vance@contoso.example',
  jobTitle: 'Product Manager',
  mobilePhone: null,
  businessPhones: ['+1 555 0100'],
  officeLocation: '18/2111',
  preferredLanguage: 'en-US',
} as const satisfies GraphEntity;

/** A time of the year, counted from its beginning; negative ones lie in the year before. */
export function timeOf({ start }: SampleYear, days: number, minutes = 0): string {
  const time = start.getTime() + days * 86_400_000 + minutes * 60_000;
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** As it stands until somebody changes the entity. */
export function firstChangeKey(id: string): string {
  return createHash('sha256').update(id).digest('base64').slice(0, 28);
}

export function recipient({ name, address }: { name: string; address: string }): object {
  return { emailAddress: { name, address } };
}
