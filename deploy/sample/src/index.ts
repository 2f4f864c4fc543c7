export { SourceServer, type Source } from './source-server.ts';
export { makeServerIdentity, type ServerIdentity } from './certificate.ts';
export { sampleContacts, type Contact } from './contacts.ts';
export {
  ContactsServer,
  sampleHost,
  type ContactsServerOptions,
  type Fault,
} from './contacts-server.ts';
export type { GraphEntity } from './graph/changes/change-feed.ts';
export { usualScopes, type TokenOptions } from './graph/requests/access-tokens.ts';
export type { GraphFault, SeenRequest } from './graph/requests/graph-api.ts';
export { graphHost, GraphServer, type GraphServerOptions } from './graph/graph-server.ts';
export { IdentityPlatform, type RegisteredClient } from './login/identity-platform.ts';
export { loginHost } from './login/login-error.ts';
export { Mailbox } from './graph/mailbox/mailbox.ts';
export { sampleMailbox } from './graph/mailbox/sample-mailbox.ts';
export {
  graphPlugin,
  pluginIn,
  providerManifest,
  sampleAccessToken,
  sampleApiKey,
  samplePlugin,
  type PluginFiles,
} from './sample-plugin.ts';
export { signRequest } from './twilio/sign-request.ts';
export { twilioMediaHost } from './twilio/media-host.ts';
export type { SeenTwilioRequest, TwilioFault } from './twilio/twilio-api.ts';
export {
  twilioHost,
  TwilioServer,
  type IncomingText,
  type TwilioServerOptions,
} from './twilio/twilio-server.ts';
export type { WebhookAnswer } from './twilio/twilio-webhooks.ts';
export { Documo } from './providers/documo.ts';
export { FaxPlus } from './providers/faxplus.ts';
export { HumbleFax } from './providers/humblefax.ts';
export { InterFax } from './providers/interfax.ts';
export { Mailgun, type MailgunAccount } from './providers/mailgun.ts';
export type { ProviderCall, ProviderReply, ReceivedFile } from './providers/provider-call.ts';
export { ProviderServer, type Provider, type ProviderFault } from './providers/provider-server.ts';
export { SendGrid } from './providers/sendgrid.ts';
export { SignalWire, type SignalWireAccount } from './providers/signalwire.ts';
export { Sinch, type SinchAccount } from './providers/sinch.ts';
export { Slack } from './providers/slack.ts';
export { Telegram } from './providers/telegram.ts';
export { Phaxio, type PhaxioAccount, type PhaxioFax, type PhaxioStatus } from './fax/phaxio.ts';
