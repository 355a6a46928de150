// Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.

enum { DM_PHILOX_LANES = 32 };

// Blocks `first ..< first + DM_PHILOX_LANES`: word w of block `first + l` is words[w][l].
static void DM_EXPAND2(philox, DM_ISA)(dm_random_stream stream, uint64_t first, uint32_t words[4][DM_PHILOX_LANES]) {
    for (size_t l = 0; l < DM_PHILOX_LANES; l++) {
        uint64_t block = first + l;
        uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
        uint32_t c2 = (uint32_t)stream.stream, c3 = (uint32_t)(stream.stream >> 32);
        uint32_t k0 = (uint32_t)stream.key, k1 = (uint32_t)(stream.key >> 32);
        for (int round = 0; round < 10; round++) {
            uint64_t a = (uint64_t)c0 * 0xd2511f53u, b = (uint64_t)c2 * 0xcd9e8d57u;
            c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
            c1 = (uint32_t)b;
            c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
            c3 = (uint32_t)a;
            k0 += 0x9e3779b9u;
            k1 += 0xbb67ae85u;
        }
        words[0][l] = c0;
        words[1][l] = c1;
        words[2][l] = c2;
        words[3][l] = c3;
    }
}
