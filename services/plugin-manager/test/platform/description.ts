import { Ajv2020 } from 'ajv/dist/2020.js';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface DescribedOperation extends Operation {
  readonly method: string;
  readonly path: string;
}

/** The OpenAPI document that the service serves, and what of it was seen to be true. */
export class Description {
  document: Document = { paths: {}, components: { schemas: {} } };
  /** `GET /admin/v1/plugins 200` for every answer that was described as it came. */
  readonly seen = new Set<string>();

  read(document: unknown): void {
    this.document = document as Document;
  }

  operations(): DescribedOperation[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** Throws when an answer is not as it is described. Paths that are not of the API are left alone. */
  check(answer: {
    method: string;
    path: string;
    status: number;
    isJson: boolean;
    body: unknown;
  }): void {
    const { method, path, status, isJson, body } = answer;
    const operation = this.#operation(method, path.split('?')[0] ?? '');
    if (operation === undefined) return;
    const name = `${operation.method} ${operation.path} ${String(status)}`;
    const response = operation.responses[String(status)] ?? operation.responses['default'];
    if (response === undefined) throw new Error(`${name} is not described`);
    this.seen.add(name);
    const [content] = Object.values(response.content ?? {});
    if (content === undefined && isJson) throw new Error(`${name}: its body is not described`);
    if (content !== undefined) this.#validate(name, content.schema, body);
  }

  #operation(method: string, path: string): DescribedOperation | undefined {
    return this.operations().find(
      (operation) =>
        operation.method === method &&
        new RegExp(`^${operation.path.replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u').test(path),
    );
  }

  #validate(name: string, schema: object, body: unknown): void {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ $id: 'api', components: this.document.components });
    const text = JSON.stringify(schema).replaceAll('"#/components', '"api#/components');
    const check = ajv.compile({ ...(JSON.parse(text) as object), $id: 'answer' });
    if (!check(body))
      throw new Error(
        `${name} is not as described: ${ajv.errorsText(check.errors)}\n${JSON.stringify(body)}`,
      );
  }
}
