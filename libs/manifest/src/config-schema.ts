import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { explainFault } from './explain-fault.ts';
import { inTime } from './in-time.ts';
import { nearestName } from './nearest-name.ts';

type Schema = Readonly<Record<string, unknown>>;

const maxLength = 65_536;
const maxCompiled = 50;
/** Checks by the text of their schema; the one used longest ago comes first. */
const compiled = new Map<string, ValidateFunction>();

/** Faults of a configSchema: the platform must be able to check configs with it. */
export function configSchemaErrors(schema: unknown): string[] {
  try {
    compile(asSchema(schema));
    return [];
  } catch (error) {
    return [
      `configSchema cannot be used: ${messageOf(error)}; write JSON Schema, draft 2020-12, without references to other documents`,
    ];
  }
}

/** Checks a config against the manifest's configSchema; faults name fields and never a value. */
export function validateConfig(
  manifest: { readonly configSchema: Schema },
  config: unknown,
): { missing: string[]; errors: string[] } {
  let faults: NonNullable<ValidateFunction['errors']>;
  try {
    const check = compileOnce(manifest.configSchema);
    const isValid = inTime(() => check(config));
    faults = isValid ? [] : (check.errors ?? []);
    check.errors = null; // they hold the config, which is secret, and the check is kept
  } catch (error) {
    return { missing: [], errors: [`config cannot be checked: ${messageOf(error)}`] };
  }
  const isMissing = (fault: (typeof faults)[number]): boolean =>
    fault.keyword === 'required' && fault.instancePath === '';
  return {
    missing: faults.filter(isMissing).map((fault) => String(fault.params['missingProperty'])),
    errors: faults
      // What an `if` led to tells its own faults.
      .filter((fault) => !isMissing(fault) && fault.keyword !== 'if')
      .map((fault) => {
        // The name of a field that is not declared may be anything, a pasted secret for one.
        if (fault.keyword !== 'additionalProperties') return explainFault('config', fault);
        return explainFault('config', { ...fault, keyword: '', message: unknownField(fault) });
      }),
  };
}

type Fault = NonNullable<ValidateFunction['errors']>[number];

/** Its name is only told when it is nearly that of one that is declared. */
function unknownField({ params, parentSchema }: Fault): string {
  const properties: unknown = parentSchema?.['properties'];
  const declared =
    typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const name = String(params['additionalProperty']);
  const meant = nearestName(name, declared);
  if (meant !== undefined)
    return `has the field "${name}", which configSchema does not declare: is "${meant}" meant?`;
  const known = declared.length === 0 ? 'it declares none' : `it declares ${declared.join(', ')}`;
  return `has a field that configSchema does not declare: ${known}`;
}

function compileOnce(schema: Schema): ValidateFunction {
  const text = JSON.stringify(schema);
  const check = compiled.get(text) ?? compile(schema);
  compiled.delete(text);
  const [oldest] = compiled.keys();
  if (compiled.size >= maxCompiled && oldest !== undefined) compiled.delete(oldest);
  compiled.set(text, check);
  return check;
}

function compile(schema: Schema): ValidateFunction {
  if (JSON.stringify(schema).length > maxLength)
    throw new TypeError(`it has more than ${String(maxLength)} characters as JSON`);
  // One that was stopped in the middle of its work cannot go on: every try has a compiler of its own.
  const prepared = [prepare()];
  const check = inTime(() => (prepared.pop() ?? prepare()).compile(schema));
  // An async check answers with a promise, which would count as a pass.
  if ('$async' in check) throw new TypeError('"$async" is not supported');
  return check;
}

function prepare(): Ajv2020 {
  // Formats are notes only, as in the draft. Own properties: a schema may ask for "constructor".
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    verbose: true,
    validateFormats: false,
    ownProperties: true,
    logger: false,
  });
  void ajv.validateSchema({}); // compiles the draft's own schemas, which takes ten times longer than one of a plugin
  return ajv;
}

function asSchema(schema: unknown): Schema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new TypeError('it is not an object');
  return { ...schema };
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.includes('timed out') ? 'it takes too long' : message).slice(0, 300);
}
