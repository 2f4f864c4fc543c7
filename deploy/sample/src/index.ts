export { makeServerIdentity, type ServerIdentity } from './certificate.ts';
export { sampleContacts, type Contact } from './contacts.ts';
export {
  ContactsServer,
  sampleHost,
  type ContactsServerOptions,
  type Fault,
} from './contacts-server.ts';
export { sampleApiKey, samplePlugin, type PluginFiles } from './sample-plugin.ts';
