import { builderSchemas } from './builder/api/builder-schemas.ts';
import { auditSchemas } from './audit/audit-schemas.ts';
import { connectionTestSchemas } from './connection-tests/connection-test-schemas.ts';
import { connectionSchemas } from './connections/connection-schemas.ts';
import { webhookSchemas } from './webhooks/webhook-schemas.ts';
import { deliverySchemas } from './deliveries/delivery-schemas.ts';
import { endpointSchemas } from './endpoints/endpoint-schemas.ts';
import { overrideSchemas } from './egress/override-schemas.ts';
import { runnerSchemas } from './runners/runner-schemas.ts';
import { manifestSchemas } from './http-manifests/manifest-schemas.ts';
import { keySchemas } from './keys/key-schemas.ts';
import { oauthSchemas } from './oauth/oauth-schemas.ts';
import { peopleSchemas } from './people/people-schemas.ts';
import { pluginSchemas } from './plugins/plugin-schemas.ts';
import { problemSchema } from './problem-schema.ts';
import { profileSchemas } from './profile/profile-schemas.ts';
import { providerSchemas } from './providers/provider-schemas.ts';
import { registrySchemas } from './registry/registry-schemas.ts';
import { ruleApiSchemas } from './rules/rule-api-schemas.ts';
import { runSchemas } from './runs/run-schemas.ts';
import { scalingSchemas } from './scaling/scaling-schemas.ts';
import { searchIndexSchemas } from './search/search-index-schemas.ts';
import { subscriptionSchemas } from './subscriptions/subscription-schemas.ts';
import { taskSchemas } from './tasks/task-schemas.ts';

/** What the OpenAPI document of the admin API says beside its routes. */
export const api = {
  title: 'Made Open admin API',
  description:
    'Push plugins, approve what they ask for, connect accounts, watch runs. Lists come in pages: give `next_cursor` as `cursor`.',
  version: '1',
  path: '/openapi.json',
  schemas: {
    ...oauthSchemas,
    Problem: problemSchema,
    ...pluginSchemas,
    ...providerSchemas,
    ...profileSchemas,
    ...manifestSchemas,
    ...registrySchemas,
    ...connectionSchemas,
    ...webhookSchemas,
    ...connectionTestSchemas,
    ...runSchemas,
    ...taskSchemas,
    ...peopleSchemas,
    ...ruleApiSchemas,
    ...endpointSchemas,
    ...keySchemas,
    ...runnerSchemas,
    ...scalingSchemas,
    ...overrideSchemas,
    ...searchIndexSchemas,
    ...deliverySchemas,
    ...subscriptionSchemas,
    ...auditSchemas,
    ...builderSchemas,
  },
};
