import {
  previewAction,
  runFixtures,
  type FixtureOutcome,
  type Preview,
} from '@made-open/http-manifest';
import { build } from './build.ts';

export interface WantedPreview {
  readonly input: unknown;
  readonly action: string;
  /** What is sent, as a fax has it. */
  readonly sample?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface PreviewView extends Preview {
  readonly fixtures: readonly FixtureOutcome[];
}

/** What an action would send, with secrets as `•••`, and what its fixtures come to; nothing is sent. */
export function previewInput({ input, action, sample, settings }: WantedPreview): PreviewView {
  const { manifest } = build(input);
  return {
    ...previewAction(manifest, action, { input: sample, settings }),
    fixtures: runFixtures(manifest).filter((outcome) => outcome.action === action),
  };
}
