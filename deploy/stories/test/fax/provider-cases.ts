import {
  Documo,
  FaxPlus,
  HumbleFax,
  InterFax,
  Mailgun,
  SendGrid,
  SignalWire,
  Sinch,
  Slack,
  Telegram,
  type Provider,
} from '@made-open/sample';

export const from = '+15550002222';

export const sinch = new Sinch({ projectId: 'p-1', keyId: 'key-1', keySecret: 'sinch-secret-1' });
export const signalWire = new SignalWire({
  space: 'acme',
  projectId: 'project-1',
  token: 'signalwire-token',
  signingKey: 'signalwire-signing',
});
export const documo = new Documo('documo-key-1');
export const humbleFax = new HumbleFax('humble-access', 'humble-secret');
export const interFax = new InterFax('interfax-user', 'interfax-password');
export const faxPlus = new FaxPlus('faxplus-token-1');
export const sendGrid = new SendGrid('SG.key-1');
export const slack = new Slack('xoxb-token-1');
export const telegram = new Telegram('1:telegram-token');
export const mailgun = new Mailgun({
  domain: 'mail.example',
  apiKey: 'mailgun-key-1',
  signingKey: 'mailgun-signing',
});
slack.users.push(
  { id: 'U1', real_name: 'Ada Lovelace', email: 'ada@contoso.example' },
  { id: 'U2', real_name: 'Grace Hopper' },
  { id: 'U3', real_name: 'Somebody Gone', deleted: true },
);

/** A preset, its provider on this machine, and what that got. */
export interface FaxCase {
  readonly preset: string;
  readonly provider: Provider;
  readonly config: Readonly<Record<string, string>>;
  /** What the provider got: the number and the file of its newest fax. */
  readonly got: () => { readonly to: string; readonly content: Uint8Array | undefined };
  /** Everything was sent. */
  readonly succeed?: () => void;
}

/** What came last. */
export const newest = <T>(all: ReadonlyMap<unknown, T>): T | undefined => [...all.values()].at(-1);

/** Presets that upload the document. */
export const faxes: readonly FaxCase[] = [
  {
    preset: 'sinch',
    provider: sinch,
    config: { project_id: 'p-1', key_id: 'key-1', key_secret: 'sinch-secret-1' },
    got: () => ({
      to: newest(sinch.faxes)?.to ?? '',
      content: newest(sinch.faxes)?.files[0]?.content,
    }),
    succeed: () => sinch.advance(newest(sinch.faxes)?.id ?? '', 'COMPLETED'),
  },
  {
    preset: 'documo',
    provider: documo,
    config: { api_key: 'documo-key-1' },
    got: () => ({
      to: newest(documo.faxes)?.faxNumber ?? '',
      content: newest(documo.faxes)?.files[0]?.content,
    }),
    succeed: () => {
      for (const fax of documo.faxes.values()) fax.status = 'success';
    },
  },
  {
    preset: 'humblefax',
    provider: humbleFax,
    config: { access_key: 'humble-access', secret_key: 'humble-secret' },
    got: () => ({
      to: `+${String(newest(humbleFax.faxes)?.recipient ?? '')}`,
      content: newest(humbleFax.faxes)?.files[0]?.content,
    }),
    succeed: () => {
      for (const fax of humbleFax.faxes.values()) fax.status = 'success';
    },
  },
  {
    preset: 'interfax',
    provider: interFax,
    config: { username: 'interfax-user', password: 'interfax-password' },
    got: () => ({
      to: newest(interFax.faxes)?.faxNumber ?? '',
      content: newest(interFax.faxes)?.content,
    }),
    succeed: () => {
      for (const fax of interFax.faxes.values()) fax.status = 0;
    },
  },
  {
    preset: 'faxplus',
    provider: faxPlus,
    config: { access_token: 'faxplus-token-1', from },
    got: () => ({
      to: newest(faxPlus.faxes)?.to ?? '',
      content: newest(faxPlus.faxes)?.files[0]?.content,
    }),
  },
];
