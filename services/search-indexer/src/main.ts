import { runService } from '@made-open/nest';
import { searchIndexer } from './service.ts';

await runService(searchIndexer);
