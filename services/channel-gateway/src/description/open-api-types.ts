import type { ClientScope } from '../api-keys/api-key.ts';

export interface ApiParameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: object;
  readonly example?: string;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly { readonly key: readonly ClientScope[] }[];
  readonly parameters: readonly ApiParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<
      Record<string, { readonly schema: object; readonly example: object }>
    >;
  };
  readonly responses: Readonly<Record<string, object>>;
}

export const operationMethods = ['get', 'post', 'delete'] as const;

export type PathItem = { readonly [method in (typeof operationMethods)[number]]?: Operation };

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly [member: string]: unknown;
}

/** An operation with where it is. */
export interface PlacedOperation {
  readonly path: string;
  readonly method: (typeof operationMethods)[number];
  readonly operation: Operation;
}

export function operationsOf({ paths }: OpenApiDocument): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    operationMethods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
}
