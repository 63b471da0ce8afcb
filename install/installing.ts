import type { Services } from '../lib/services.ts'

/** The parts of Stagecue that an installation works with. */
export type Installing = Pick<Services, 'config' | 'db' | 'clock' | 'clients' | 'directory' | 'log'>
