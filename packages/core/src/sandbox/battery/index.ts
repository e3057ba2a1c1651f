export { attackList, type Attack, type Effect } from './attack-list.js';
export { batteryRows, type BatteryRow } from './battery-table.js';
export { batteryLevels, type BatteryLevel, type Cell } from './cell.js';
export { runBattery, type BatteryOptions } from './run-battery.js';
