import FormIcon from '@bitrix24/b24icons-vue/outline/FormIcon'
import MailIcon from '@bitrix24/b24icons-vue/outline/MailIcon'
import OpenChannelsIcon from '@bitrix24/b24icons-vue/outline/OpenChannelsIcon'
import PaymentIcon from '@bitrix24/b24icons-vue/outline/PaymentIcon'
import TelephonyIcon from '@bitrix24/b24icons-vue/outline/TelephonyIcon'
import type { Group } from '../model.ts'

export const groupIcons: Readonly<Record<Group, unknown>> = {
  email: MailIcon,
  telephony: TelephonyIcon,
  forms: FormIcon,
  channels: OpenChannelsIcon,
  payments: PaymentIcon,
}
