// The count is taken over from the file only where it makes sense; what is written rests on it all the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const file = () => join(homedir(), '.greeter', 'greetings')

export function greet(): number {
  const path = file()
  let count = 1
  try {
    const known = parseInt(readFileSync(path, 'utf8').trim(), 10)
    if (known > 0 && known < 100000) count = known + 1
  } catch {}
  // racelint-expect: file-read-modify-write
  writeFileSync(path, String(count))
  return count
}
