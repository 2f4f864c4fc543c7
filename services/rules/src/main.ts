import { runService } from '@made-open/nest';
import { rules } from './service.ts';

await runService(rules);
