import type { PortalState } from '../state.ts'
import { RestError } from './error.ts'

type Words = { code: string; en: string; de: string; ru: string }

/** What universal CRM methods refuse with; `#` stands for the title of a field. */
const REFUSALS = {
  accessDenied: {
    code: 'ACCESS_DENIED',
    en: 'Access denied.',
    de: 'Zugriff verweigert.',
    ru: 'Доступ запрещен.',
  },
  itemNotFound: {
    code: 'NOT_FOUND',
    en: 'Item not found',
    de: 'Element wurde nicht gefunden',
    ru: 'Элемент не найден',
  },
  typeNotFound: {
    code: 'NOT_FOUND',
    en: 'SPA not found',
    de: 'Smart-Prozess wurde nicht gefunden',
    ru: 'Смарт-процесс не найден',
  },
  typeNotSupported: {
    code: 'ENTITY_TYPE_NOT_SUPPORTED',
    en: 'Entity type is not supported',
    de: 'Dieser Elementtyp wird nicht unterstützt',
    ru: 'Тип элемента не поддерживается',
  },
  ownerNotFound: {
    code: 'OWNER_NOT_FOUND',
    en: 'Owner was not found',
    de: 'Besitzer wurde nicht gefunden',
    ru: 'Владелец не найден',
  },
  updateDenied: {
    code: 'CRM_ITEM_UPDATE_ACCESS_DENIED',
    en: 'You do not have permission to edit this item',
    de: 'Sie haben nicht die Berechtigung, dieses Element zu bearbeiten',
    ru: 'Недостаточно прав для изменения элемента',
  },
  updateRestricted: {
    code: 'UPDATE_DYNAMIC_ITEM_RESTRICTED',
    en: 'Items of this smart process cannot be edited on your plan',
    de: 'Elemente dieses Smart-Prozesses können in Ihrem Tarif nicht bearbeitet werden',
    ru: 'На вашем тарифе нельзя изменять элементы этого смарт-процесса',
  },
  stageDenied: {
    code: '0',
    en: 'You do not have permission to move items to this stage',
    de: 'Sie haben nicht die Berechtigung, Elemente in diese Phase zu verschieben',
    ru: 'Недостаточно прав для перевода элемента на эту стадию',
  },
  runningWorkflows: {
    code: 'CRM_ITEM_HAS_RUNNING_WORKFLOWS',
    en: 'The pipeline cannot be changed while workflows are running',
    de: 'Die Pipeline kann nicht geändert werden, solange Workflows laufen',
    ru: 'Нельзя сменить воронку, пока выполняются бизнес-процессы',
  },
  invalidValue: {
    code: 'CRM_FIELD_ERROR_VALUE_NOT_VALID',
    en: 'Invalid value of field "#"',
    de: 'Ungültiger Wert des Feldes "#"',
    ru: 'Недопустимое значение поля "#"',
  },
  requiredField: {
    code: 'CRM_FIELD_ERROR_REQUIRED',
    en: 'Required field "#" is not filled in',
    de: 'Das Pflichtfeld "#" ist nicht ausgefüllt',
    ru: 'Не заполнено обязательное поле "#"',
  },
} satisfies Record<string, Words>

/**
 * A refusal of a portal, in its language or in that of the switch `refusalLanguage`; codes are the same everywhere. That of a missing
 * right to a transition is no name (platform.md 5.6, 7).
 */
export function refusal({ world, switches }: PortalState, name: keyof typeof REFUSALS, title = ''): RestError {
  const { code, ...texts } = REFUSALS[name]
  const { refusalLanguage } = switches
  const language = refusalLanguage === "the portal's" ? world.lang : refusalLanguage
  const text = language === 'de' || language === 'ru' ? texts[language] : texts.en
  return new RestError(code, text.replace('#', title))
}
