/**
 * The name of a field as the database layer calls it: `stageId` → `STAGE_ID`, `ufCrm7_1700` → `UF_CRM_7_1700` (`platform.md` 5.6). Known
 * names in capitals stay; unknown ones are torn apart (`STAGEID` → `S_TA_GE_ID`), and so is any name in capitals behind a prefix.
 */
export function upperName(name: string, known: ReadonlySet<string>): string {
  if (known.has(name) && !name.startsWith('UF_')) return name
  return isOddUserField(name) ? oddUserField(name) : snake(name).toUpperCase()
}

/** A capital after anything but `_` begins a word, and so does a digit beside a letter. */
function snake(name: string): string {
  return name
    .replace(/([^_])([A-Z])/g, '$1_$2')
    .replace(/([a-z])(?=\d)/gi, '$1_')
    .replace(/(\d)(?=[a-z])/gi, '$1_')
}

/** Names of user fields that hold digits, but not as those of smart processes do, keep their spelling behind the prefix. */
function isOddUserField(name: string): boolean {
  const regular = [/^[a-z_]+$/i, /^ufCrm\d{1,4}_[\d_]+$/, /^ufCrm\d{1,4}[a-z_]+$/i]
  return /^uf/i.test(name) && !regular.some((form) => form.test(name))
}

function oddUserField(name: string): string {
  if (/^ufCrm_/i.test(name)) return `UF_CRM_${name.slice(6)}`
  if (/^ufCrm/i.test(name)) return `UF_CRM${name.slice(5)}`
  return `UF_${name.slice(2)}`
}
