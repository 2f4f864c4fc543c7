import { startService } from '@made-open/nest';
import { rules } from './service.ts';

await startService(rules);
