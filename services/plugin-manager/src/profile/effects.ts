/** One rule of the profile hipaa. */
export interface ProfileEffect {
  readonly code: string;
  readonly description: string;
  /** It holds under every profile. */
  readonly always: boolean;
}

/** What PLATFORM_PROFILE=hipaa means; each has a test that it is so. */
export const effects: readonly ProfileEffect[] = [
  {
    code: 'installs_off',
    description:
      'no plugin is installed, pushed or imported over the API: 403 plugin_install_disabled, and an entry in the audit; PLUGINS_DIR is the only source',
    always: false,
  },
  {
    code: 'https_only',
    description: 'a version that asks for a host without TLS is neither approved nor activated',
    always: false,
  },
  {
    code: 'webhooks_verified',
    description:
      'a version with a webhook of verification "none" is neither approved nor activated, and the gateway takes no such webhook',
    always: false,
  },
  {
    code: 'test_sends_off',
    description: 'no test fax is sent through a provider: 403 fax.test_disabled',
    always: false,
  },
  {
    code: 'provider_texts_masked',
    description:
      'texts of plugins and providers are not kept: not in failures, results of tests, logs of runs, nor in what became of messages and faxes; codes and the status of HTTP are',
    always: false,
  },
  {
    code: 'audited',
    description: 'nothing is changed that cannot be noted in the audit first',
    always: true,
  },
];
