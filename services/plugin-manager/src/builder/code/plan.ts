import type { JobStatus } from '@made-open/http-manifest';

/** What code does, in a form that both languages write down. */
export interface CodePlan {
  readonly send?: CallPlan | undefined;
  readonly status?: CallPlan | undefined;
  readonly cancel?: CallPlan | undefined;
  readonly webhooks: readonly WebhookPlan[];
  readonly auth: AuthPlan;
}

/** One request, and what its answer means. */
export interface CallPlan {
  readonly method: string;
  readonly url: readonly UrlPiece[];
  readonly query: readonly FieldPlan[];
  readonly headers: readonly FieldPlan[];
  readonly body: BodyPlan;
  readonly answer: AnswerPlan;
}

/** Text as it stands, one segment of a path, or a part of a host. */
export type UrlPiece =
  string | { readonly segment: Expression } | { readonly host: Expression; readonly name: string };

export interface FieldPlan {
  readonly name: string;
  readonly value: Expression;
  readonly isOptional: boolean;
  /** A list gives one field for each of its values. */
  readonly isRepeated: boolean;
}

export type BodyPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly json: TreePlan; readonly hasFile: boolean }
  | { readonly kind: 'form'; readonly fields: readonly FieldPlan[] }
  | { readonly kind: 'multipart'; readonly parts: readonly PartPlan[] }
  | { readonly kind: 'binary'; readonly contentType: string };

export type PartPlan =
  | {
      readonly kind: 'value';
      readonly field: FieldPlan;
    }
  | {
      readonly kind: 'json';
      readonly name: string;
      readonly json: TreePlan;
      readonly contentType: string;
    }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly filename?: Expression;
      readonly contentType?: string;
    };

/** A JSON value with expressions in it. */
export type TreePlan =
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'list'; readonly items: readonly TreePlan[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, TreePlan])[] };

export type Expression =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly variable: CodeVariable; readonly filters: FilterPlan[] }
  | { readonly kind: 'text'; readonly parts: readonly Expression[] }
  /** Bytes of the file, in base64, in their place within a JSON body. */
  | { readonly kind: 'fileBase64' };

export interface FilterPlan {
  readonly name: CodeFilter;
  readonly args: readonly (string | number | boolean | null)[];
}

/** Filters that code is written for. */
export const codeFilters = [
  'default',
  'digits',
  'int',
  'number',
  'boolean',
  'string',
  'lower',
  'upper',
  'trim',
  'urlencode',
  'base64',
] as const;
export type CodeFilter = (typeof codeFilters)[number];

/** Where a value comes from. */
export type CodeVariable =
  | { readonly from: 'call'; readonly name: CallVariable }
  | { readonly from: 'setting' | 'credential'; readonly name: string };

export type CallVariable =
  | 'to'
  | 'from'
  | 'jobId'
  | 'attemptId'
  | 'callbackUrl'
  | 'fileUrl'
  | 'fileName'
  | 'fileType'
  | 'fileSize';

/** Where the credential of each request goes. */
export interface AuthPlan {
  readonly headers: readonly AuthField[];
  readonly query: readonly AuthField[];
}

export interface AuthField {
  readonly name: string;
  readonly prefix: string;
  /** Names of credentials; two are joined by a colon and written in base64. */
  readonly credentials: readonly string[];
}

/** What an answer means; written into the code as data. */
export interface AnswerPlan {
  readonly success: readonly string[];
  readonly when: readonly ConditionPlan[];
  readonly jobId?: ExtractPlan | undefined;
  readonly status?: ExtractPlan | undefined;
  readonly statuses: Readonly<Record<string, JobStatus>>;
  readonly ranges: readonly RangePlan[];
  /** Where the answer says nothing of it. */
  readonly unsaid?: JobStatus | undefined;
  readonly error?: ExtractPlan | undefined;
  readonly errorCode?: ExtractPlan | undefined;
  readonly pages?: ExtractPlan | undefined;
}

export type Path = readonly (string | number)[];

export interface ExtractPlan {
  readonly source: 'body' | 'header' | 'status';
  readonly path?: Path | undefined;
  readonly name?: string | undefined;
  readonly pattern?: string | undefined;
  readonly fallback?: unknown;
}

export interface ConditionPlan {
  readonly path: Path;
  /** One of these; any value where it is absent. */
  readonly values?: readonly unknown[] | undefined;
  readonly exists: boolean;
}

export interface RangePlan {
  readonly min: number | null;
  readonly max: number | null;
  readonly status: JobStatus;
}

/** A delivery of the provider that reports how a fax stands. */
export interface WebhookPlan {
  readonly name: string;
  readonly jobId?: ExtractPlan | undefined;
  readonly status?: ExtractPlan | undefined;
  readonly statuses: Readonly<Record<string, JobStatus>>;
  readonly ranges: readonly RangePlan[];
  readonly error?: ExtractPlan | undefined;
}
