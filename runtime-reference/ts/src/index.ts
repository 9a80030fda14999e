/** The correct forms that racelint prescribes for TypeScript. */
export { GuardedLoader, type LoaderOptions } from './guarded-loader.ts';
export { Latest } from './latest.ts';
export { Mutex } from './mutex.ts';
export { every, type Every, type Timers } from './every.ts';
export { publish } from './publish.ts';
export { SingleFlight } from './single-flight.ts';
export { transaction, type Database, type Transaction } from './transaction.ts';
