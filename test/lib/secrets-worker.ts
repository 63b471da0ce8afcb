import { parentPort, workerData } from 'node:worker_threads'
import { madeSecrets } from '../../lib/config-secrets.ts'

/** One of `count` threads that want the keys of the same folders at the same moment; answers with the keys that it got. */
const { folders, count, arrived } = workerData as { folders: string[]; count: number; arrived: Int32Array }

const keys = folders.map((folder, index) => {
  Atomics.add(arrived, 0, 1)
  while (Atomics.load(arrived, 0) < (index + 1) * count);
  const secrets = madeSecrets(folder)
  return [secrets.encryptionKeys()[0]?.key, secrets.linkKey()].map((key) => key?.toString('base64')).join(' ')
})
parentPort?.postMessage(keys)
