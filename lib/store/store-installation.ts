import type { Db } from './database.ts'

/**
 * How far the installation came. When it is ready the portal is `installed`: `installed_at` is kept where it was installed
 * before, since happenings before it are stale; `installerId` is always the last who ran it (`design.md` 4).
 */
export async function storeInstallation(
  db: Db,
  memberId: string,
  { steps, ready, installerId }: { steps: unknown[]; ready: boolean; installerId: number },
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await db
    .updateTable('portal')
    .set({ install_steps: JSON.stringify(steps), updated_at: at })
    .where('member_id', '=', memberId)
    .execute()
  if (!ready) return
  await db
    .updateTable('portal')
    .set({ status: 'installed', installed_at: at })
    .where('member_id', '=', memberId)
    .where('status', '<>', 'installed')
    .execute()
  await db.updateTable('portal').set({ installer_id: installerId }).where('member_id', '=', memberId).execute()
}
