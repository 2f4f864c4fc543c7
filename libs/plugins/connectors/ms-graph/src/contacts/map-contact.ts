import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { field, list, text, told, type Json } from '../json.ts';

/** Set by this plugin: which file the platform keeps as its photo. */
export const photoAnnotation = '@madeopen.photo';

/** A contact as a person. */
export function mapContact(raw: Json): ConnectorDataItem {
  const emails = list(raw, 'emailAddresses').map((entry) => text(entry, 'address'));
  const phones = [
    text(raw, 'mobilePhone'),
    ...list(raw, 'businessPhones'),
    ...list(raw, 'homePhones'),
  ];
  return {
    type: 'person',
    externalId: String(raw['id']),
    data: told({
      display_name: text(raw, 'displayName') ?? text(raw, 'fileAs') ?? emails.find(Boolean),
      given_name: text(raw, 'givenName'),
      family_name: text(raw, 'surname'),
      emails: present(emails),
      phones: present(phones).map(inOnePiece),
      organization: text(raw, 'companyName'),
      title: text(raw, 'jobTitle'),
      birthday: text(raw, 'birthday')?.slice(0, 10),
      updated_at: text(raw, 'lastModifiedDateTime'),
      middle_name: text(raw, 'middleName'),
      nickname: text(raw, 'nickName'),
      addresses: addressesOf(raw),
      organizations: organizationsOf(raw),
      urls: present([text(raw, 'businessHomePage')]),
      notes: text(raw, 'personalNotes'),
      photo_file_id: text(raw, photoAnnotation),
      categories: list(raw, 'categories'),
    }),
    raw,
  };
}

function present(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string' && value !== '').map(String);
}

/** An international number in the form of E.164, by which people of several sources are found to be the same. */
function inOnePiece(phone: string): string {
  // "(0)" is dialled within the country alone.
  const isInternational = /^\+[\d\s()./-]+$/u.test(phone) && !phone.includes('(0)');
  return isInternational ? `+${phone.replaceAll(/\D/gu, '')}` : phone;
}

/** Only where there is more to say than the name and title of today. */
function organizationsOf(raw: Json): object[] {
  const department = text(raw, 'department');
  if (department === undefined) return [];
  return [told({ name: text(raw, 'companyName'), title: text(raw, 'jobTitle'), department })];
}

const labels = { home: 'homeAddress', work: 'businessAddress', other: 'otherAddress' } as const;

function addressesOf(raw: Json): object[] {
  return Object.entries(labels).flatMap(([label, name]) => {
    const address = field(raw, name);
    const parts = told({
      street: text(address, 'street'),
      city: text(address, 'city'),
      region: text(address, 'state'),
      postal_code: text(address, 'postalCode'),
      country: text(address, 'countryOrRegion'),
    });
    return Object.keys(parts).length === 0 ? [] : [{ label, ...parts }];
  });
}
