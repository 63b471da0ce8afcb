import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askedSince } from '../../asked-since.ts'
import { SEED } from '../../portal/index.ts'
import { settledAtOnce } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'

const { users, deals, contacts, types } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** A customer's e-mail comes in (`triggers.md`). Each test has a portal of its own. */
describe('Track incoming email', () => {
  let rig: Rig
  const begin = async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
  }
  const end = () => rig.stop()

  describe('in a quiet portal', () => {
    beforeAll(begin)
    afterAll(end)

    test('moves the bound deal under the name of its responsible person, and the history says so', async () => {
      rig.portal.act.receiveMail()
      await rig.settled()
      expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
      const { stageHistory, timeline } = rig.portal.world
      expect(stageHistory.findLast(({ userId }) => userId === users.sam)).toMatchObject({
        ownerId: deals.kim,
        stageId: 'C4:PREPARATION',
      })
      expect(timeline.at(-1)).toMatchObject({ authorId: users.sam })
    })

    test('an update of the same e-mail, and its notice doubled, count no more', async () => {
      const [mail] = [...rig.portal.world.activities.values()].filter(({ typeId }) => typeId === 4)
      rig.portal.act.touchActivity(mail?.id ?? 0)
      rig.portal.act.touchActivity(mail?.id ?? 0)
      await rig.settled()
      expect(await rig.story()).toHaveLength(1)
    })

    test('the same e-mail fetched twice or restored from the recycle bin counts no more', async () => {
      const { activityId } = rig.portal.act.receiveMail({ messageId: '<twice@client.example>' })
      await rig.settled()
      const before = await rig.story()
      rig.portal.act.fetchMailTwice(activityId)
      rig.portal.act.restoreMail(activityId)
      await rig.settled()
      expect(await rig.story()).toEqual(before)
    })
  })

  describe('does not fire', () => {
    beforeAll(begin)
    afterAll(end)

    test('for an e-mail that we sent', async () => {
      rig.portal.act.sendMail()
      await rig.settled()
      expect(await rig.story()).toEqual([])
    })

    test('for an activity that another program wrote', async () => {
      rig.portal.act.writeForeignMail()
      await rig.settled()
      expect(await rig.story()).toEqual([])
    })

    test('for an activity that is gone when we look', async () => {
      const { activityId } = rig.portal.act.receiveMail()
      rig.portal.act.deleteActivity(activityId)
      await rig.settled()
      expect(await rig.story()).toEqual([])
      const work = await rig.stagecue.db.selectFrom('work').select('reason').where('kind', '=', 'notice').execute()
      expect(work.map(({ reason }) => reason)).toContain('activity-gone')
    })

    test('for notices whose id is no id: they are parked, and what follows is not held up', async () => {
      const ids = ['', 'abc', '-1', '1.5', '{}'].map((id) => ({ 'data[FIELDS][ID]': id }))
      for (const fields of [...ids, {}]) {
        expect(await sendEvent(rig, 'ONCRMACTIVITYADD', fields)).toBe(200)
        // What is the same to the engine would be one row while it waits.
        await rig.settled()
      }
      const parked = await rig.stagecue.db.selectFrom('work').select('reason').where('state', '=', 'parked').execute()
      expect(parked.map(({ reason }) => reason)).toEqual(Array(6).fill('malformed'))
      rig.portal.act.receiveMail()
      await rig.settled()
      expect(await rig.story()).toHaveLength(1)
    })
  })

  describe('late bindings', () => {
    beforeAll(begin)
    afterAll(end)

    test('a deal that is bound a moment later moves', async () => {
      const contact = { entityTypeId: 3, id: contacts.kim }
      const { activityId } = rig.portal.act.receiveMail({ bindings: [contact] })
      rig.portal.act.bindActivity(activityId, [kimsDeal])
      await rig.settled()
      expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    })

    test('nothing of the type bound after the last look: no item, and the client is not asked for e-mails', async () => {
      await rig.addTrigger({ kind: 'email-incoming', stageId: 'C4:UC_OFFER', viaClient: true })
      const before = (await rig.story()).length
      rig.portal.act.receiveMail({ bindings: [{ entityTypeId: 3, id: contacts.kim }] })
      await rig.settled()
      expect((await rig.story()).slice(before)).toEqual(['no item skipped no-item', 'no item skipped no-item'])
    })
  })

  describe('cheap first', () => {
    beforeAll(begin)
    afterAll(end)

    test('a quiet event costs two requests from notice to moved deal', settledAtOnce, async () => {
      const before = rig.portal.requests.length
      rig.portal.act.receiveMail()
      await rig.settled()
      expect(await rig.story()).toHaveLength(1)
      expect(askedSince(rig.portal, before)).toHaveLength(2)
    })

    test('an event that no enabled trigger could be served by costs none', async () => {
      const before = rig.portal.requests.length
      rig.portal.act.callIn({ result: 'missed' })
      rig.portal.act.callOut()
      await rig.portal.idle()
      // The call activities are activities too: their notices are looked at, the calls' own are not.
      const noticed = await rig.stagecue.db.selectFrom('work').select(['subject', 'reason']).execute()
      await rig.settled()
      expect(noticed.filter(({ subject }) => subject.startsWith('ONVOXIMPLANTCALLEND'))).not.toEqual([])
      const asked = rig.portal.requests.slice(before).flatMap(({ methods }) => methods)
      expect(asked).not.toContain('voximplant.statistic.get')
    })
  })
})
