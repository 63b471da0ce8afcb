import { addItem, type NewItem, removeItem, saveItem } from '../changes/items.ts'
import type { Cause } from '../events/auth.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { INVOICE } from '../world/entity-types.ts'
import type { Item, ItemRef } from '../world/item.ts'
import { findStage, requireItem, semanticsOf, stagesOf } from '../world/stages.ts'

/** Who does it: an employee (Sam by default), or with null nobody, such as a robot. */
export interface By {
  userId?: number | null
  at?: Date
}

/** Creates an item of any kind with any fields; stage and pipeline default to the first. Returns it. */
export function createItem(portal: PortalState, given: NewItem, by: By = {}): Item {
  const responsible = given.assignedById ?? by.userId ?? SEED.users.sam
  return addItem(portal, { assignedById: responsible, ...given }, causeOf(by))
}

/** Changes fields by hand: the rights and required fields that REST checks are not asked for. */
export function changeField(portal: PortalState, ref: ItemRef, fields: Record<string, unknown>, by: By = {}): void {
  saveItem(portal, requireItem(portal.world, ref.entityTypeId, ref.id), fields, causeOf(by))
}

/** Drags an item to another stage, also to one of another pipeline. */
export function moveItem(portal: PortalState, ref: ItemRef, stageId: string, by: By = {}): void {
  const stage = findStage(portal.world, ref.entityTypeId, stageId)
  if (!stage) throw new Error(`There is no stage ${stageId} for items of type ${ref.entityTypeId}`)
  changeField(portal, ref, { stageId, categoryId: stage.categoryId }, by)
}

export function deleteItem(portal: PortalState, ref: ItemRef, by: By = {}): void {
  removeItem(portal, requireItem(portal.world, ref.entityTypeId, ref.id), causeOf(by))
}

export interface NewInvoice extends By {
  /** The deal it belongs to; Kim's by default, null for none. */
  dealId?: number | null
  title?: string
  opportunity?: number
  assignedById?: number
  contactIds?: number[]
  /** Made in its success stage, as by an accounting system. */
  paid?: boolean
}

/** An invoice in its first stage, with the deal as parent. Returns its id. */
export function createInvoice(portal: PortalState, invoice: NewInvoice = {}): number {
  const { dealId = SEED.deals.kim, title = 'Invoice', opportunity = 100, contactIds = [SEED.contacts.kim] } = invoice
  const given = {
    entityTypeId: INVOICE,
    title,
    opportunity,
    contactIds,
    assignedById: invoice.assignedById ?? SEED.users.sam,
    ...(dealId === null ? {} : { parentId2: dealId }),
    ...(invoice.paid ? { stageId: paidStage(portal, SEED.pipelines.invoices) } : {}),
  }
  return addItem(portal, given, causeOf(invoice)).id
}

/** An invoice is paid: it enters its success stage, by the customer's payment (nobody) unless an employee is named. */
export function payInvoice(portal: PortalState, invoiceId: number, by: By = {}): void {
  const invoice = requireItem(portal.world, INVOICE, invoiceId)
  const stageId = paidStage(portal, invoice.categoryId)
  saveItem(portal, invoice, { stageId }, causeOf({ userId: null, ...by }))
}

/** A payment is taken back: the invoice goes to the stage that it was in before. */
export function takePaymentBack(portal: PortalState, invoiceId: number, by: By = {}): void {
  const invoice = requireItem(portal.world, INVOICE, invoiceId)
  if (semanticsOf(portal.world, invoice) !== 'S') throw new Error(`Invoice ${invoiceId} is not paid`)
  const [first] = stagesOf(portal.world, INVOICE, invoice.categoryId)
  saveItem(portal, invoice, { stageId: invoice.previousStageId ?? first?.stageId }, causeOf(by))
}

function paidStage({ world }: PortalState, categoryId: number | null): string {
  const paid = stagesOf(world, INVOICE, categoryId).find((stage) => stage.semantics === 'S')
  if (!paid) throw new Error('The pipeline of invoices has no success stage')
  return paid.stageId
}

function causeOf({ userId = SEED.users.sam, at }: By): Cause {
  return { userId, at }
}
