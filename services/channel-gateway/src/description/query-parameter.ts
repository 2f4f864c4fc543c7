import type { Parameter } from '../parameters/parameter.ts';
import type { ApiParameter } from './open-api-types.ts';

/** How a parameter of a query is described. */
export function inQuery(parameter: Parameter<unknown>): ApiParameter {
  const { name, schema, example, isRequired } = parameter;
  return {
    name,
    in: 'query',
    required: isRequired === true,
    description: parameter.description,
    schema,
    ...(example === '' ? {} : { example }),
  };
}
