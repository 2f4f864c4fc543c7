import type { Session, Statement } from '../database/session.ts';

/**
 * Longer than anybody tries an invocation again: what waited while its connection was paused has the id that it had before, and
 * perhaps was taken then, though nobody heard so. A delivery that is replayed has a new one.
 */
const keptDays = 45;
const forgottenAtOnce = 100;

const take: Statement = {
  name: 'take_invocation',
  text: `with old as (
      delete from invocation where ctid = any (array(
        select ctid from invocation where taken_at < now() - interval '${String(keptDays)} days'
        limit ${String(forgottenAtOnce)} for update skip locked
      ))
    )
    insert into invocation (connection_key, invocation_id) values ($1, $2) on conflict do nothing`,
};

/** Notes that a frame of the invocation is taken; false when one was before. */
export async function takeInvocation(
  session: Session,
  connectionKey: number,
  invocationId: string,
): Promise<boolean> {
  const { rowCount } = await session.run(take, [connectionKey, invocationId]);
  return rowCount === 1;
}
