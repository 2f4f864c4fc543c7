import { startService } from '@made-open/nest';
import { searchIndexer } from './service.ts';

await startService(searchIndexer);
