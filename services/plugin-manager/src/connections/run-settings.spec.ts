import { ScheduleCatchUp, ScheduleOverlap } from '@made-open/contracts';
import { announcedSettings, givenSettings, runSettingsView } from './run-settings.ts';

describe('announcedSettings', () => {
  it('leaves out and makes up for when nobody says otherwise', () => {
    expect(announcedSettings({}, {}).schedulePolicy).toEqual({
      overlap: ScheduleOverlap.SKIP,
      catchUp: ScheduleCatchUp.ONCE,
    });
  });

  it('puts each setting of the connection before that of the plugin', () => {
    const told = { overlap: 'queue', catchUp: 'none', jitterSeconds: 60 } as const;
    const announced = (policy: object | null) =>
      announcedSettings({ schedule_policy: policy }, { schedulePolicy: told }).schedulePolicy;
    const { QUEUE, SKIP } = ScheduleOverlap;
    const { NONE, ONCE } = ScheduleCatchUp;
    expect(announced(null)).toEqual({ overlap: QUEUE, catchUp: NONE, jitterSeconds: 60 });
    expect(announced({ jitter_seconds: 0 })).toMatchObject({ overlap: QUEUE, jitterSeconds: 0 });
    expect(announced({ overlap: 'skip', catch_up: 'once' })).toEqual({
      overlap: SKIP,
      catchUp: ONCE,
      jitterSeconds: 60,
    });
  });
});

describe('a request budget', () => {
  const told = { requestBudget: { requests: 100, perSeconds: 60 } };

  it('is that of the connection, and else that of the plugin', () => {
    const own = { request_budget: { requests: 5, per_seconds: 1 } };
    expect(announcedSettings(own, told).requestBudget).toEqual({ requests: 5, perSeconds: 1 });
    expect(announcedSettings({ request_budget: null }, told)).toMatchObject(told);
    expect(announcedSettings({}, told)).toMatchObject(told);
  });

  it('is none when nobody says so', () => {
    expect(announcedSettings({}, {})).not.toHaveProperty('requestBudget');
  });
});

describe('givenSettings', () => {
  it('tells what is null from what is left out', () => {
    expect(givenSettings({})).toEqual({});
    const cleared = { schedule_policy: null, request_budget: null };
    expect(givenSettings(cleared)).toEqual(cleared);
  });
});

describe('runSettingsView', () => {
  it('shows what is set at the connection', () => {
    expect(runSettingsView({})).toEqual({ schedule_policy: null, request_budget: null });
    const settings = {
      schedule_policy: { overlap: 'queue' },
      request_budget: { requests: 5, per_seconds: 60 },
    } as const;
    expect(runSettingsView(settings)).toEqual(settings);
  });
});
