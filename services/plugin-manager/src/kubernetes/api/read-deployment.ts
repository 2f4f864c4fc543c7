import type { DeploymentState } from '../cluster-state.ts';
import { fieldsOf, listOf, numberOf, objectOf, textOf, textsOf } from './json-fields.ts';

/** Whose fields are ours, in the cluster's account of who set which. */
export const fieldManager = 'made-open';

/** A Deployment as the API server tells it. */
export function readDeployment(object: unknown): DeploymentState {
  const fields = fieldsOf(object);
  const metadata = objectOf(fields, 'metadata');
  const failed = listOf(objectOf(fields, 'status'), 'conditions').find(
    (condition) =>
      textOf(condition, 'type') === 'ReplicaFailure' && textOf(condition, 'status') === 'True',
  );
  return {
    name: textOf(metadata, 'name'),
    uid: textOf(metadata, 'uid'),
    generation: numberOf(metadata, 'generation'),
    labels: textsOf(metadata, 'labels'),
    annotations: textsOf(metadata, 'annotations'),
    replicas: numberOf(objectOf(fields, 'spec'), 'replicas'),
    isEnding: textOf(metadata, 'deletionTimestamp') !== '',
    failure: failed && textOf(failed, 'message'),
    meddlers: listOf(metadata, 'managedFields').flatMap((entry) => {
      const manager = textOf(entry, 'manager');
      return manager !== fieldManager && setsPods(entry) ? [manager] : [];
    }),
  };
}

/** `kubectl rollout restart` marks the template's metadata, which is its good right. */
function setsPods(entry: Readonly<Record<string, unknown>>): boolean {
  const template = objectOf(objectOf(objectOf(entry, 'fieldsV1'), 'f:spec'), 'f:template');
  return template['f:spec'] !== undefined;
}
