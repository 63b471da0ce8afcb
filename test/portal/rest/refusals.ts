import type { PortalState } from '../state.ts'
import { RestError } from './error.ts'

/** What universal CRM methods refuse with. Codes are the same everywhere, texts are in the portal's language (platform.md 7). */
export interface Refusals {
  accessDenied: RestError
  itemNotFound: RestError
  typeNotFound: RestError
  typeNotSupported: RestError
  ownerNotFound: RestError
  updateDenied: RestError
  updateRestricted: RestError
  /** The right to this transition is missing: the code is no name (platform.md 5.6). */
  stageDenied: RestError
  runningWorkflows: RestError
  invalidValue(title: string): RestError
  requiredField(title: string): RestError
}

type Texts = { [Name in Exclude<keyof Refusals, 'invalidValue' | 'requiredField'>]: string } & {
  invalidValue: string
  requiredField: string
}

const TEXTS: Record<'en' | 'de' | 'ru', Texts> = {
  en: {
    accessDenied: 'Access denied.',
    itemNotFound: 'Item not found',
    typeNotFound: 'SPA not found',
    typeNotSupported: 'Entity type is not supported',
    ownerNotFound: 'Owner was not found',
    updateDenied: 'You do not have permission to edit this item',
    updateRestricted: 'Items of this smart process cannot be edited on your plan',
    stageDenied: 'You do not have permission to move items to this stage',
    runningWorkflows: 'The pipeline cannot be changed while workflows are running',
    invalidValue: 'Invalid value of field "#"',
    requiredField: 'Required field "#" is not filled in',
  },
  de: {
    accessDenied: 'Zugriff verweigert.',
    itemNotFound: 'Element wurde nicht gefunden',
    typeNotFound: 'Smart-Prozess wurde nicht gefunden',
    typeNotSupported: 'Dieser Elementtyp wird nicht unterstützt',
    ownerNotFound: 'Besitzer wurde nicht gefunden',
    updateDenied: 'Sie haben nicht die Berechtigung, dieses Element zu bearbeiten',
    updateRestricted: 'Elemente dieses Smart-Prozesses können in Ihrem Tarif nicht bearbeitet werden',
    stageDenied: 'Sie haben nicht die Berechtigung, Elemente in diese Phase zu verschieben',
    runningWorkflows: 'Die Pipeline kann nicht geändert werden, solange Workflows laufen',
    invalidValue: 'Ungültiger Wert des Feldes "#"',
    requiredField: 'Das Pflichtfeld "#" ist nicht ausgefüllt',
  },
  ru: {
    accessDenied: 'Доступ запрещен.',
    itemNotFound: 'Элемент не найден',
    typeNotFound: 'Смарт-процесс не найден',
    typeNotSupported: 'Тип элемента не поддерживается',
    ownerNotFound: 'Владелец не найден',
    updateDenied: 'Недостаточно прав для изменения элемента',
    updateRestricted: 'На вашем тарифе нельзя изменять элементы этого смарт-процесса',
    stageDenied: 'Недостаточно прав для перевода элемента на эту стадию',
    runningWorkflows: 'Нельзя сменить воронку, пока выполняются бизнес-процессы',
    invalidValue: 'Недопустимое значение поля "#"',
    requiredField: 'Не заполнено обязательное поле "#"',
  },
}

/** The refusals of a portal, in its language or in that of the switch `refusalLanguage`. */
export function refusals({ world, switches }: PortalState): Refusals {
  const { refusalLanguage } = switches
  const language = refusalLanguage === "the portal's" ? world.lang : refusalLanguage
  const texts = language === 'de' || language === 'ru' ? TEXTS[language] : TEXTS.en
  return {
    accessDenied: new RestError('ACCESS_DENIED', texts.accessDenied),
    itemNotFound: new RestError('NOT_FOUND', texts.itemNotFound),
    typeNotFound: new RestError('NOT_FOUND', texts.typeNotFound),
    typeNotSupported: new RestError('ENTITY_TYPE_NOT_SUPPORTED', texts.typeNotSupported),
    ownerNotFound: new RestError('OWNER_NOT_FOUND', texts.ownerNotFound),
    updateDenied: new RestError('CRM_ITEM_UPDATE_ACCESS_DENIED', texts.updateDenied),
    updateRestricted: new RestError('UPDATE_DYNAMIC_ITEM_RESTRICTED', texts.updateRestricted),
    stageDenied: new RestError('0', texts.stageDenied),
    runningWorkflows: new RestError('CRM_ITEM_HAS_RUNNING_WORKFLOWS', texts.runningWorkflows),
    invalidValue: (title) => new RestError('CRM_FIELD_ERROR_VALUE_NOT_VALID', texts.invalidValue.replace('#', title)),
    requiredField: (title) => new RestError('CRM_FIELD_ERROR_REQUIRED', texts.requiredField.replace('#', title)),
  }
}
