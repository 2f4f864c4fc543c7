export { makeServerIdentity, type ServerIdentity } from './certificate.ts';
export { sampleContacts, type Contact } from './contacts.ts';
export {
  ContactsServer,
  sampleHost,
  type ContactsServerOptions,
  type Fault,
} from './contacts-server.ts';
export type { GraphEntity } from './graph/change-feed.ts';
export { usualScopes, type TokenOptions } from './graph/access-tokens.ts';
export type { GraphFault, SeenRequest } from './graph/graph-api.ts';
export { graphHost, GraphServer, type GraphServerOptions } from './graph/graph-server.ts';
export { IdentityPlatform, type RegisteredClient } from './login/identity-platform.ts';
export { loginHost } from './login/login-error.ts';
export { Mailbox } from './graph/mailbox.ts';
export { sampleMailbox } from './graph/sample-mailbox.ts';
export {
  graphPlugin,
  sampleAccessToken,
  sampleApiKey,
  samplePlugin,
  type PluginFiles,
} from './sample-plugin.ts';
