import { ScheduleCatchUp, ScheduleOverlap } from '@made-open/contracts';
import { announcedSettings, runSettingsView } from './run-settings.ts';

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

describe('runSettingsView', () => {
  it('shows what is set at the connection', () => {
    expect(runSettingsView({})).toEqual({ schedule_policy: null });
    const settings = { schedule_policy: { overlap: 'queue' } } as const;
    expect(runSettingsView(settings)).toEqual(settings);
  });
});
