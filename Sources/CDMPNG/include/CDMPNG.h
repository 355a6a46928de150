#ifndef CDM_PNG_H
#define CDM_PNG_H
#endif
