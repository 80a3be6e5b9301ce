/* SPDX-License-Identifier: MIT */
/* meterwire: reads, configures, simulates and describes meters from the command line. */
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int cmd_help(int argc, char **argv);

const tool_command tool_commands[] = {
    {"read", cmd_read, "read a meter",
     "Usage: meterwire read MODEL TARGET [options]\n"
     "       meterwire read mbus TARGET (--address N | --secondary ID) [options]\n"
     "\n"
     "Reads everything a meter offers, or what the options select, and prints it with the units of the\n"
     "meter's display.\n"
     "'read mbus' reads any meter on M-Bus, without knowing its model, and prints all records it sends.\n"
     "\n"
     "MODEL is a name that 'meterwire models' lists. TARGET is\n"
     "  /dev/ttyUSB0           a serial port\n"
     "  tcp://HOST[:502]       Modbus TCP\n"
     "  rtu+tcp://HOST:PORT    Modbus RTU through a serial gateway\n"
     "  mbus+tcp://HOST:PORT   M-Bus through a serial gateway\n"
     "\n"
     "Options:\n"
     "  --mbus                 M-Bus on a serial port; otherwise it is Modbus RTU\n"
     "  --unit N               Modbus: address of the meter (the model's factory address)\n"
     "  --address N            M-Bus: primary address (the model's factory address)\n"
     "  --secondary ID         M-Bus: secondary address: identification (19020246), or identification,\n"
     "                         manufacturer, version and medium (19020246CD250102); F is any digit\n"
     "  --baud N               speed of the serial port (the model's factory setting)\n"
     "  --parity even|none|odd parity of the serial port (the model's factory setting)\n"
     "  --stop-bits 1|2        stop bits of the serial port (1)\n"
     "  --group fast|slow|once|extra\n"
     "                         only instantaneous values, only energies, only identification, settings and\n"
     "                         state, or only what else there is at a coarser resolution or on request;\n"
     "                         may be given more than once\n"
     "  --obis CODE            only this value, by code or name, such as 1-0:1.8.0 or\n"
     "                         active_energy_import; may be given more than once\n"
     "  --timeout MS           time for an answer to begin (Modbus 1000; M-Bus 330 bit times + 150 ms)\n"
     "  --format table|json|jsonl|csv|influx|prometheus\n"
     "                         how to print (table); all but a table have exact values in Wh, varh, VAh,\n"
     "                         W, var, VA, V, A, Hz:\n"
     "                         json        one object\n"
     "                         jsonl       an object per value and line, with the time\n"
     "                         csv         a row per value, with the time (RFC 4180)\n"
     "                         influx      the line protocol of InfluxDB: all good values on one line\n"
     "                         prometheus  for the textfile collector of its node exporter\n"
     "  --json                 the same as --format json\n"
     "  --watch SECONDS        read again and again, every 0.1 to 86400 seconds, until Ctrl-C. On a\n"
     "                         terminal a table is drawn in place, with bars for the power, and has the\n"
     "                         instantaneous values unless --group or --obis select others; all else is\n"
     "                         printed one behind the other. A meter that does not answer is shown as\n"
     "                         gone, and asked again. NO_COLOR=1 turns colours off\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "'read mbus' prints telegrams as they are as table and JSON. In the other formats a record without an\n"
     "OBIS code is named by what it is, such as volume_storage_1, and texts of more than 19 characters\n"
     "have no value.\n"
     "\n"
     "Examples:\n"
     "  meterwire read wago-879-3000 /dev/ttyUSB0\n"
     "  meterwire read wago-879-3000 /dev/ttyUSB0 --watch 1\n"
     "  meterwire read wago-879-3000 /dev/ttyUSB0 --watch 60 --group slow --format csv > energies.csv\n"
     "  meterwire read wago-879-3000 tcp://192.168.0.9 --format prometheus > new && mv new meter.prom\n"
     "  meterwire read wago-879-3000 /dev/ttyUSB0 --unit 7 --baud 19200 --parity none --group fast\n"
     "  meterwire read wago-879-3000 tcp://192.168.0.9 --obis active_energy_import --json\n"
     "  meterwire read wago-879-3000 /dev/ttyUSB0 --mbus --secondary 19020246\n"
     "  meterwire read mbus mbus+tcp://192.168.0.9:10001 --address 17\n"},
    {"get", cmd_get, "show the settings of a meter",
     "Usage: meterwire get MODEL [TARGET [SETTING...]] [options]\n"
     "\n"
     "Shows what can be set at a meter, or the settings that are named: present value, values allowed, and\n"
     "what is to be known before one is written; then the commands it knows. Without TARGET nothing is\n"
     "read.\n"
     "\n"
     "MODEL and TARGET are as for 'meterwire read'. SETTING is a name or an OBIS code.\n"
     "\n"
     "Options:\n"
     "  --mbus                 M-Bus on a serial port; otherwise it is Modbus RTU\n"
     "  --unit N               Modbus: address of the meter (the model's factory address)\n"
     "  --address N            M-Bus: primary address (the model's factory address)\n"
     "  --secondary ID         M-Bus: secondary address, 8 or 16 digits as for 'meterwire read'\n"
     "  --baud N               speed of the serial port (the model's factory setting)\n"
     "  --parity even|none|odd parity of the serial port (the model's factory setting)\n"
     "  --stop-bits 1|2        stop bits of the serial port (1)\n"
     "  --timeout MS           time for an answer to begin (Modbus 1000; M-Bus 330 bit times + 150 ms)\n"
     "  --json                 print JSON, with exact values in s, A, 1/Wh ... and the values allowed\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "Examples:\n"
     "  meterwire get wago-879-3000\n"
     "  meterwire get wago-879-3000 /dev/ttyUSB0\n"
     "  meterwire get wago-879-3000 tcp://192.168.0.9 active_tariff pulse_constant --json\n"},
    {"set", cmd_set, "change a setting of a meter",
     "Usage: meterwire set MODEL TARGET SETTING VALUE [options]\n"
     "\n"
     "Changes a setting: checks the value before anything is sent, writes it once, and reads it back where\n"
     "the meter allows that. A meter that moves (address, speed, parity, stop bits) is followed, and how\n"
     "it is reached then is said.\n"
     "\n"
     "MODEL and TARGET are as for 'meterwire read'. SETTING is a name or an OBIS code; 'meterwire get'\n"
     "lists them.\n"
     "VALUE is\n"
     "  19200, even, import+export   the name of a choice, or its number\n"
     "  30, 30ms, '0.03 s'           a number in the unit that 'meterwire get' shows, or with a unit\n"
     "                               behind it\n"
     "  250/5                        a ratio of a current transformer\n"
     "  2026-11-28T10:17:54, now     a time; now is the local time of this computer\n"
     "  15012345                     digits\n"
     "\n"
     "Options:\n"
     "  --yes-irreversible     write what cannot be undone, or only a few times in the meter's life\n"
     "  --broadcast            write to all meters of the bus, where the setting allows that; nobody\n"
     "                         answers\n"
     "  --mbus                 M-Bus on a serial port; otherwise it is Modbus RTU\n"
     "  --unit N               Modbus: address of the meter (the model's factory address)\n"
     "  --address N            M-Bus: primary address (the model's factory address)\n"
     "  --secondary ID         M-Bus: secondary address, 8 or 16 digits as for 'meterwire read'\n"
     "  --baud N               speed of the serial port (the model's factory setting)\n"
     "  --parity even|none|odd parity of the serial port (the model's factory setting)\n"
     "  --stop-bits 1|2        stop bits of the serial port (1)\n"
     "  --timeout MS           time for an answer to begin (Modbus 1000; M-Bus 330 bit times + 150 ms)\n"
     "  --json                 print JSON, with the exact value and the outcome: new (it was seen),\n"
     "                         acknowledged, old or unknown\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "Examples:\n"
     "  meterwire set wago-879-3000 /dev/ttyUSB0 active_tariff 2\n"
     "  meterwire set wago-879-3000 /dev/ttyUSB0 modbus_baud_rate 19200\n"
     "  meterwire set wago-879-3000 /dev/ttyUSB0 mbus_address 17 --mbus --secondary 19020246\n"
     "  meterwire set wago-879-3040 /dev/ttyUSB0 ct_primary 250/5 --yes-irreversible\n"},
    {"command", cmd_command, "have a meter do something",
     "Usage: meterwire command MODEL TARGET COMMAND [VALUE] [options]\n"
     "\n"
     "Has a meter do something, such as reset a counter. It is sent once and never again, whatever becomes\n"
     "of the answer; where a counter shows that it was done, that is read.\n"
     "\n"
     "MODEL and TARGET are as for 'meterwire read'. COMMAND is a name or an OBIS code; 'meterwire get'\n"
     "lists them and their values. VALUE is one of these, by name or number; a command that has only one\n"
     "needs none.\n"
     "\n"
     "Options:\n"
     "  --mbus                 M-Bus on a serial port; otherwise it is Modbus RTU\n"
     "  --unit N               Modbus: address of the meter (the model's factory address)\n"
     "  --address N            M-Bus: primary address (the model's factory address)\n"
     "  --secondary ID         M-Bus: secondary address, 8 or 16 digits as for 'meterwire read'\n"
     "  --baud N               speed of the serial port (the model's factory setting)\n"
     "  --parity even|none|odd parity of the serial port (the model's factory setting)\n"
     "  --stop-bits 1|2        stop bits of the serial port (1)\n"
     "  --timeout MS           time for an answer to begin (Modbus 1000; M-Bus 330 bit times + 150 ms)\n"
     "  --json                 print JSON, with the outcome: new (it was seen), acknowledged, old or\n"
     "                         unknown\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "Examples:\n"
     "  meterwire command wago-879-3000 /dev/ttyUSB0 reset_day_register\n"
     "  meterwire command socomec-countis-e44 /dev/ttyUSB0 reset_partial 'active import'\n"},
    {"identify", cmd_identify, "tell which meter is at an address",
     "Usage: meterwire identify TARGET [--unit N] [options]\n"
     "       meterwire identify TARGET --mbus (--address N | --secondary ID) [options]\n"
     "\n"
     "Asks what is at an address: model, serial number, version of the software and whether its check sum\n"
     "is the one of the maker's manual, whether it is of MID (2014/32/EU). Nothing is written. Without\n"
     "--unit the factory addresses of the models are tried; where nobody answers, 'meterwire scan' finds\n"
     "out what is on the line.\n"
     "\n"
     "TARGET is as for 'meterwire read'.\n"
     "\n"
     "Options:\n"
     "  --unit N               Modbus: address of the device\n"
     "  --mbus                 M-Bus on a serial port\n"
     "  --address N            M-Bus: primary address\n"
     "  --secondary ID         M-Bus: secondary address, 8 or 16 digits as for 'meterwire read'\n"
     "  --baud N               speed of the serial port (Modbus 9600, M-Bus 2400)\n"
     "  --parity even|none|odd parity of the serial port (even)\n"
     "  --stop-bits 1|2        stop bits of the serial port (1)\n"
     "  --timeout MS           time for an answer to begin (Modbus 1000; M-Bus 330 bit times + 150 ms)\n"
     "  --json                 print one JSON object\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "Exit status: 0 the model is known, 1 it is not, or nobody answered.\n"
     "\n"
     "Examples:\n"
     "  meterwire identify /dev/ttyUSB0\n"
     "  meterwire identify /dev/ttyUSB0 --unit 7 --baud 19200 --parity none\n"
     "  meterwire identify tcp://192.168.0.4 --unit 5 --json\n"
     "  meterwire identify /dev/ttyUSB0 --mbus --secondary 19020246\n"},
    {"scan", cmd_scan, "find the meters on a line",
     "Usage: meterwire scan TARGET [--units LIST] [--bauds LIST] [--parities LIST] [options]\n"
     "       meterwire scan TARGET --mbus [--secondary] [options]\n"
     "\n"
     "Finds meters on a line of which nothing is known. Each is printed as it is found.\n"
     "\n"
     "Modbus: asks every unit at every speed and parity, the most likely first: first the factory\n"
     "addresses of the models everywhere, and wherever anything is heard, all units there at once. A bus\n"
     "has one speed, so it ends when the units at the one at which something was found are asked. Any\n"
     "device is found that answers at all to a request to read registers. Nothing is written.\n"
     "\n"
     "M-Bus: by the primary addresses, 0 to 250, which takes minutes, or with --secondary by the secondary\n"
     "addresses, which takes seconds and finds all meters, also those that share a primary address.\n"
     "\n"
     "TARGET is a serial port, or tcp://HOST[:502] or rtu+tcp://HOST:PORT, or for M-Bus\n"
     "mbus+tcp://HOST:PORT.\n"
     "\n"
     "Options:\n"
     "  --units LIST           Modbus: units such as 1-10,50,247 (1-247)\n"
     "  --bauds LIST           speeds of a serial port, in this order (Modbus 9600,19200,\n"
     "                         38400,115200,57600,4800,2400,1200; M-Bus 2400); 300 and 600 only when they\n"
     "                         are named\n"
     "  --parities LIST        Modbus: parities of a serial port, in this order (even,none,odd)\n"
     "  --all                  go on at the other speeds and parities when something was found\n"
     "  --secondary            M-Bus: search by secondary addresses\n"
     "  --range ID             M-Bus: only those that match: 8 or 16 digits as for 'meterwire read\n"
     "                         --secondary', F for any\n"
     "  --timeout MS           time for an answer to begin (Modbus on a serial port 100 ms + 10\n"
     "                         characters, rtu+tcp:// 300, tcp:// 1000; M-Bus 330 bit times + 150 ms). A\n"
     "                         unit that answers too late, or in part, is asked once more with a second's\n"
     "                         patience\n"
     "  --repeats N            how often a request is repeated that nobody answered (Modbus 0; M-Bus 2);\n"
     "                         more for bad lines\n"
     "  --baud N, --parity P   the same as the lists, with one\n"
     "  --json                 print one JSON object per device and line\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "Examples:\n"
     "  meterwire scan /dev/ttyUSB0\n"
     "  meterwire scan /dev/ttyUSB0 --bauds 19200 --parities none,even --units 1-50\n"
     "  meterwire scan tcp://192.168.0.9\n"
     "  meterwire scan /dev/ttyUSB0 --mbus\n"
     "  meterwire scan /dev/ttyUSB0 --mbus --secondary --bauds 2400,300\n"
     "  meterwire scan mbus+tcp://192.168.0.9:10001 --secondary --range 1902FFFF\n"},
    {"models", cmd_models, "list the models, or one model's table",
     "Usage: meterwire models [MODEL]\n"
     "\n"
     "Lists the models, or prints everything a model knows of its meter: registers with name, OBIS code,\n"
     "unit and type, what can be written, and the commands.\n"
     "\n"
     "Examples:\n"
     "  meterwire models\n"
     "  meterwire models wago-879-3000\n"},
    {"decode", cmd_decode, "explain frames given in hexadecimal",
     "Usage: meterwire decode mbus [HEX... | -] [--json]\n"
     "\n"
     "Explains frames of wired M-Bus: who sent them, and every record with its value, unit, OBIS code and\n"
     "modifiers. No meter is needed.\n"
     "\n"
     "HEX is one frame or several in sequence, also spread over several words; without it, or with -, they\n"
     "are read from the standard input. Spaces, line breaks, 0x in front of bytes and the separators , : -\n"
     "are allowed. Behind a damaged frame decoding goes on where its length says that the next one begins.\n"
     "\n"
     "S/T/U in the table are storage number, tariff and subunit. Bytes are DIF, VIF and data.\n"
     "\n"
     "Options:\n"
     "  --json                 print one JSON object per frame and line, with exact values in Wh, J, m3,\n"
     "                         kg, W, m3/h, degC, K, s, V, A ...; behind it one with 'error' and 'offset'\n"
     "                         for everything that is wrong\n"
     "\n"
     "Exit status: 0 everything was decoded, 1 something is wrong, 2 no hexadecimal digits.\n"
     "\n"
     "Examples:\n"
     "  meterwire decode mbus 68 0D 0D 68 08 01 78 04 03 15 CD 5B 07 02 2B 64 00 5D 16\n"
     "  meterwire decode mbus 0xE5\n"
     "  meterwire decode mbus --json - < frames.txt\n"
     "  xxd -p readout.bin | meterwire decode mbus\n"},
    {"modbus", cmd_modbus, "read and write registers of any Modbus device",
     "Usage: meterwire modbus read TARGET --address A [options]\n"
     "       meterwire modbus write TARGET --address A VALUE... [options]\n"
     "       meterwire modbus id TARGET [options]\n"
     "\n"
     "Reads or writes registers and bits as they are, of any device, or asks a device what it is.\n"
     "\n"
     "TARGET is /dev/ttyUSB0 (RTU, or --ascii), tcp://HOST[:502], rtu+tcp://HOST:PORT or\n"
     "ascii+tcp://HOST:PORT.\n"
     "\n"
     "Options:\n"
     "  --unit N               address of the device (1); 0 writes to all units of a serial line\n"
     "  --function F           read: 1 coils, 2 discrete inputs, 3 holding registers (3), 4 input\n"
     "                         registers; write: 5 a coil, 6 a register, 15 coils, 16 registers (6 for one\n"
     "                         register, else 16)\n"
     "  --address A            first register or bit as on the wire, decimal or 0x...: what a manual calls\n"
     "                         register 40001, or 1, is 0\n"
     "  --count C              how many values (1); of a text how many registers\n"
     "  --type u16|s16|u32|s32|u64|s64|f32|f64|text|bcd|bcd32|bcd64\n"
     "                         what the registers hold (u16); bcd are four decimal digits in a register\n"
     "  --order ABCD|BADC|CDAB|DCBA\n"
     "                         order of the bytes, A being the highest (ABCD); CDAB has the low word\n"
     "                         first; BADC also exchanges the characters of a text\n"
     "  --value V              a value to write; may be given more than once. Bits are 0 or 1, off or on\n"
     "  --baud N               speed of the serial port (9600)\n"
     "  --parity even|none|odd parity of the serial port (even)\n"
     "  --ascii                Modbus ASCII on a serial port, with 7 data bits\n"
     "  --data-bits 7|8        those of Modbus ASCII\n"
     "  --timeout MS           time for an answer to begin (1000)\n"
     "  --json                 print one JSON object, with exact numbers\n"
     "  --trace                show all bytes sent and received on the error output\n"
     "\n"
     "More values than one request can ask for are read in several. What is written is sent once, in one\n"
     "request, and only if all values are in range; it is printed when the device has confirmed it.\n"
     "'id' asks for the device identification (43/14) and, where that is refused, for the server id (17).\n"
     "\n"
     "Examples:\n"
     "  meterwire modbus read /dev/ttyUSB0 --unit 5 --address 0x5000 --count 10\n"
     "  meterwire modbus read tcp://192.168.0.9 --function 4 --address 100 --type f32 --order CDAB --json\n"
     "  meterwire modbus write tcp://192.168.0.9 --address 0x40 --type s32 --value -5 --value 70000\n"
     "  meterwire modbus write /dev/ttyUSB0 --unit 3 --function 5 --address 8 on\n"
     "  meterwire modbus write tcp://192.168.0.9 --address 200 --type text --count 8 'Hall 3'\n"
     "  meterwire modbus id tcp://192.168.0.9\n"},
    {"monitor", cmd_monitor, "listen to a Modbus without taking part",
     "Usage: meterwire monitor TARGET [--model MODEL] [options]\n"
     "\n"
     "Listens to the requests of a master and the replies of all units, and prints each pair: time, unit,\n"
     "function, addresses, and the values or the refusal. It sends nothing. With a model it also prints\n"
     "what registers mean. It ends with Ctrl-C, and then prints what it counted.\n"
     "\n"
     "TARGET is a serial port, or rtu+tcp://HOST:PORT or ascii+tcp://HOST:PORT of a gateway that passes\n"
     "through all bytes of the bus. A serial port is used by one program only: the adapter needs to be one\n"
     "of its own, with its A and B wires beside those of the master.\n"
     "\n"
     "Options:\n"
     "  --model MODEL          name the values that lie in the registers read or written, as this model\n"
     "                         has them\n"
     "  --baud N               speed of the serial port (the model's factory setting, or 9600)\n"
     "  --parity even|none|odd parity of the serial port (the model's factory setting, or even)\n"
     "  --ascii                Modbus ASCII on a serial port, with 7 data bits\n"
     "  --data-bits 7|8        those of Modbus ASCII\n"
     "  --timeout MS           how long after its request a reply may come (1000)\n"
     "  --json                 print one JSON object per pair and line; the summary goes to the error\n"
     "                         output\n"
     "  --trace                show all bytes received on the error output\n"
     "\n"
     "Examples:\n"
     "  meterwire monitor /dev/ttyUSB0 --baud 19200\n"
     "  meterwire monitor /dev/ttyUSB0 --model socomec-countis-e44\n"
     "  meterwire monitor rtu+tcp://192.168.0.9:4001 --json > bus.json\n"},
    {"simulate", cmd_simulate, "be a meter, for tests and demonstrations",
     "Usage: meterwire simulate MODEL (--pty | --tcp [HOST:]PORT) [options]\n"
     "       meterwire simulate --bus FILE (--pty | --tcp [HOST:]PORT) [options]\n"
     "\n"
     "Answers like a meter of that model, or like all meters of a bus, with plausible values that move,\n"
     "until it is interrupted. The first line it prints says where it listens, as a TARGET for 'meterwire\n"
     "read'.\n"
     "\n"
     "FILE, or - for the standard input, has one meter on a line, and comments behind #: its model, and\n"
     "what options say of a single one, as 'unit N' or 'address N', 'id ID', 'baud N' and OBIS=VALUE:\n"
     "  wago-879-3000 unit 1 voltage_l1=229.5 1-0:1.8.0=12345678\n"
     "  socomec-countis-e44 unit 3 baud 19200\n"
     "Every meter hears every request. Where several answer at once the line carries what becomes of that.\n"
     "\n"
     "Options:\n"
     "  --pty                  Modbus RTU, or M-Bus, on a new pseudo-terminal\n"
     "  --tcp [HOST:]PORT      Modbus TCP, or M-Bus; the host is 127.0.0.1 unless given, port 0 takes a\n"
     "                         free one\n"
     "  --mbus                 M-Bus instead of Modbus\n"
     "  --baud N               with --pty: understand only who has set this speed; otherwise any, until\n"
     "                         the speed is written over the bus. With --bus of all meters without 'baud'\n"
     "  --parity even|none|odd with --pty, Modbus: what the meter says its parity is; it is not checked,\n"
     "                         as a pseudo-terminal keeps none\n"
     "  --unit N               Modbus address (the model's factory address)\n"
     "  --address N            M-Bus: primary address (the model's factory address)\n"
     "  --id ID                identification on M-Bus, serial number on Modbus, eight digits (19020246;\n"
     "                         on a bus counted up with each meter)\n"
     "  --set OBIS=VALUE       fix a value, by code or name, in the unit 'meterwire read --json' has;\n"
     "                         may be given more than once\n"
     "\n"
     "Examples:\n"
     "  meterwire simulate wago-879-3000 --pty\n"
     "  meterwire simulate wago-879-3000 --tcp 1502 --set voltage_l1=229.5 --set 1-0:1.8.0=12345678\n"
     "  meterwire simulate wago-879-3000 --mbus --pty --id 13070001\n"
     "  meterwire simulate --bus bus.txt --pty --baud 9600\n"},
    {"serve", cmd_serve, "be a Modbus server with registers from a file",
     "Usage: meterwire serve modbus FILE (--pty | --tcp [HOST:]PORT) [--unit N]...\n"
     "\n"
     "Answers Modbus requests with the registers and bits of a text file, until it is interrupted. Writes\n"
     "change them in memory. What the file does not have is refused as an illegal address. The first line\n"
     "it prints says where it listens, as a TARGET for 'meterwire read'.\n"
     "\n"
     "FILE, or - for the standard input, has one of these on a line, and comments behind #:\n"
     "  coil 10 1 0 1          bits at 10, 11, 12 to read and write; 'discrete' for those to read\n"
     "  holding 0x5002 u16 17 18\n"
     "                         registers to read and write; 'input' for those to read. Types: u16 s16 u32\n"
     "                         s32 u64 s64 f32 f64, text \"in quotation marks\", and bcd, as many digits as\n"
     "                         are written\n"
     "  holding 16 f32 CDAB 1.5\n"
     "                         the order of bytes, A being the highest: ABCD (as without), BADC, CDAB,\n"
     "                         DCBA\n"
     "  unit 7                 what follows is of this unit\n"
     "  id 0 \"Maker\"           object of the identification (function 43/14)\n"
     "  server-id \"\\x01\\xFFName\"\n"
     "                         answer to function 17\n"
     "  status 0x5A            answer to function 7\n"
     "  fifo 0x4DE 440 4740    queue for function 24\n"
     "\n"
     "Functions: 1 to 8, 11, 12, 15, 16, 17, 22, 23, 24, 43/14.\n"
     "\n"
     "Options:\n"
     "  --pty                  Modbus RTU on a new pseudo-terminal\n"
     "  --tcp [HOST:]PORT      Modbus TCP; the host is 127.0.0.1 unless given, port 0 takes a free one\n"
     "  --unit N               unit of the lines in front of the first 'unit' (1); may be given more than\n"
     "                         once, each has registers of its own\n"
     "\n"
     "Examples:\n"
     "  meterwire serve modbus registers.txt --tcp 1502\n"
     "  meterwire serve modbus registers.txt --pty --unit 1 --unit 2\n"
     "  echo 'holding 0 u16 1 2 3' | meterwire serve modbus - --tcp 1502\n"},
    {"help", cmd_help, "explain a command",
     "Usage: meterwire help [COMMAND]\n"
     "\n"
     "Explains a command, as 'meterwire COMMAND --help' does, or lists the commands.\n"
     "\n"
     "Examples:\n"
     "  meterwire help read\n"},
    {NULL, NULL, NULL, NULL},
};

const tool_command *tool_find_command(const char *name)
{
    for (const tool_command *command = tool_commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

static void main_usage(FILE *out)
{
    fputs("Usage: meterwire COMMAND ...\n"
          "       meterwire --version\n"
          "\n"
          "Reads, configures and simulates utility meters over Modbus RTU, Modbus TCP and M-Bus.\n"
          "\n"
          "Commands:\n",
          out);
    for (const tool_command *command = tool_commands; command->name != NULL; command++) {
        fprintf(out, "  %-10s %s\n", command->name, command->summary);
    }
    fputs("\n"
          "'meterwire COMMAND --help' explains a command.\n"
          "\n"
          "Getting started:\n"
          "  meterwire scan /dev/ttyUSB0                                     # which Modbus meters are there?\n"
          "  meterwire scan /dev/ttyUSB0 --mbus --secondary                  # or which on this M-Bus?\n"
          "  meterwire identify /dev/ttyUSB0 --unit 1                        # which model is it?\n"
          "  meterwire read wago-879-3000 /dev/ttyUSB0                       # all its values\n"
          "  meterwire read wago-879-3000 /dev/ttyUSB0 --watch 1             # again and again\n"
          "  meterwire read wago-879-3000 /dev/ttyUSB0 --format csv          # for other programs\n"
          "  meterwire get wago-879-3000 /dev/ttyUSB0                        # what can be set?\n"
          "  meterwire set wago-879-3000 /dev/ttyUSB0 active_tariff 2        # change a setting\n"
          "  meterwire decode mbus 68 07 07 68 08 01 78 02 2B 64 00 12 16    # what does this frame say?\n"
          "  meterwire simulate wago-879-3000 --pty                          # no meter at hand: be one\n"
          "\n"
          "Where a command wants a TARGET, that is:\n"
          "  /dev/ttyUSB0              a serial port: Modbus RTU; with --mbus M-Bus, with --ascii Modbus ASCII\n"
          "  tcp://HOST[:502]          Modbus TCP\n"
          "  rtu+tcp://HOST[:502]      Modbus RTU through a serial gateway\n"
          "  ascii+tcp://HOST[:502]    Modbus ASCII through a serial gateway\n"
          "  mbus+tcp://HOST:PORT      M-Bus through a serial gateway\n"
          "\n"
          "Environment:\n"
          "  NO_COLOR                  when it is set and not empty, nothing is coloured\n"
          "  TZ                        the time zone of the times that 'monitor' prints\n"
          "\n"
          "Exit status:\n"
          "  0                         good; also of what runs until it is stopped\n"
          "  1                         the meter, the line or the output failed, or the command was interrupted\n"
          "  2                         wrong usage\n",
          out);
}

static int cmd_help(int argc, char **argv)
{
    const tool_command *command;
    if (argc < 2) {
        main_usage(stdout);
        return TOOL_GOOD;
    }
    if (argc > 2) {
        return tool_misuse("help", "one COMMAND at a time");
    }
    command = tool_find_command(argv[1]);
    if (command == NULL) {
        return tool_no_command(argv[1]);
    }
    fputs(command->usage, stdout);
    return TOOL_GOOD;
}

static bool main_asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int main_run(int argc, char **argv)
{
    const tool_command *command = tool_find_command(argv[1]);
    if (command != NULL && main_asks_for_help(argc - 1, argv + 1)) {
        fputs(command->usage, stdout);
        return TOOL_GOOD;
    }
    if (command != NULL) {
        return command->run(argc - 1, argv + 1);
    }
    if (argv[1][0] == '-' && main_asks_for_help(argc, argv)) {
        main_usage(stdout);
        return TOOL_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("meterwire %s\n", mw_version());
        return TOOL_GOOD;
    }
    return tool_no_command(argv[1]);
}

/* Output that could not be written is a failure, too. After Ctrl-C whoever read it has most likely ended as well. */
int main(int argc, char **argv)
{
    int code;
    if (argc < 2) {
        main_usage(stderr);
        return TOOL_USAGE;
    }
    tool_end_on_signals();
    code = main_run(argc, argv);
    errno = 0;
    if (!tool_written() && !(errno == EPIPE && tool_interrupted())) {
        return tool_fail("cannot write the output");
    }
    return code;
}
