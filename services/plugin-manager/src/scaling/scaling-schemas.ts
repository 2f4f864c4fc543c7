import { kinds, objectSchema, ref } from '../problem-schema.ts';
import { scaleReasons } from './scale.ts';

const { text, time, count, orNull } = kinds;

const seconds = { type: 'number', minimum: 0 } as const;
const decision = {
  at: '2026-11-21T06:00:00.000Z',
  from: 1,
  to: 4,
  reason: 'waits_too_long',
  message: '5 waiting, the oldest for 41 s, with 30 s wanted',
  waiting: 5,
  in_hand: 2,
  oldest_wait_seconds: 41.2,
  due_in_seconds: null,
};
const override = { min: null, max: 6, replicas: null };

/** Schemas of what the routes of scaling answer. */
export const scalingSchemas = {
  ScalingDecision: objectSchema(
    {
      at: time,
      from: count,
      to: count,
      reason: { type: 'string', enum: scaleReasons },
      message: text,
      waiting: count,
      in_hand: count,
      oldest_wait_seconds: seconds,
      due_in_seconds: orNull(seconds),
    },
    decision,
  ),
  ScalingOverride: objectSchema(
    { min: orNull(count), max: orNull(count), replicas: orNull(count) },
    override,
  ),
  Scaling: objectSchema(
    {
      plugin_id: text,
      manifest: {
        ...objectSchema(
          {
            min: orNull(count),
            max: orNull(count),
            concurrency: orNull(count),
            target_wait_seconds: orNull(count),
            idle_seconds: orNull(count),
          },
          { min: 0, max: 4, concurrency: 2, target_wait_seconds: 30, idle_seconds: 300 },
        ),
        description: 'what the active version asks for',
      },
      override: ref('ScalingOverride'),
      in_effect: objectSchema(
        {
          min: count,
          max: count,
          concurrency: count,
          target_wait_seconds: count,
          idle_seconds: { ...count, description: '0: runners stay without work' },
          pinned: { ...orNull(count), description: 'as many, whatever the work' },
          replicas: { ...orNull(count), description: 'wanted now; null where none may be' },
        },
        {
          min: 0,
          max: 6,
          concurrency: 2,
          target_wait_seconds: 30,
          idle_seconds: 300,
          pinned: null,
          replicas: 4,
        },
      ),
      decisions: {
        type: 'array',
        items: ref('ScalingDecision'),
        description: 'the last 20 changes, the newest first',
      },
    },
    {
      plugin_id: 'com.example.my-connector',
      manifest: { min: 0, max: 4, concurrency: 2, target_wait_seconds: 30, idle_seconds: 300 },
      override,
      in_effect: {
        min: 0,
        max: 6,
        concurrency: 2,
        target_wait_seconds: 30,
        idle_seconds: 300,
        pinned: null,
        replicas: 4,
      },
      decisions: [decision],
    },
  ),
};
